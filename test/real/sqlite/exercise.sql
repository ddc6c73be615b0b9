create table t(a integer primary key, b text, c real);
with recursive n(x) as (select 1 union all select x + 1 from n where x < 200)
  insert into t select x, printf('row %d', x * 7 % 13), x / 3.0 from n;
create index tb on t(b);
select b, count(*), round(sum(c), 3), group_concat(a, '-') from t group by b order by 2 desc, 1 limit 4;
select upper(substr(b, 2, 3)), hex(b), replace(b, 'r', 'R') from t where a in (3, 5);
select printf('%08.3f|%-6s|%x', 3.14159, 'ab', 255), date('2020-02-28', '+2 days'), json_extract('{"a":[1,{"b":7}]}', '$.a[1].b');
select a, rank() over (partition by b order by c desc) from t where a < 8;
begin; delete from t where a % 3 = 0; savepoint s; delete from t; rollback to s; commit;
select count(*), round(total(c), 2), avg(a) from t;
create trigger tr after insert on t begin update t set c = 0 where a = new.a; end;
insert into t values(1000, 'new', 5); select c from t where a = 1000;
pragma integrity_check; vacuum; select count(*) from sqlite_master;
