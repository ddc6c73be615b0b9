-- A walk through the interpreter and its libraries whose output depends on nothing but Lua 5.4 itself:
-- no addresses, no times, no order of `pairs`, no locale. Run by the real-program tests, compared byte by byte.
local out = {}
local function show(...)
  local row = table.pack(...)
  for i = 1, row.n do row[i] = tostring(row[i]) end
  out[#out + 1] = table.concat(row, ' ', 1, row.n)
end
local function fails(f, ...)
  local ok, message = pcall(f, ...)
  return ok and 'no error' or tostring(message):gsub('^[^:]*:%d+: ', '')
end

-- Arithmetic: integers wrap, floats round, conversions are exact or refused.
show(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2, 2 ^ 10, 10 / 4, 1e15, 2 ^ 53, 1e100)
show(math.maxinteger + 1 == math.mininteger, math.mininteger // -1, math.ult(1, -1), 5 // 0.0, -5 // 0.0)
show(3 & 5, 3 | 5, 3 ~ 5, ~0, 1 << 62, 1 << 64, -1 >> 60, '10' + 5, '0x10' * 2, 10 .. '')
show(math.tointeger(3.0), math.tointeger(3.5), math.type(1), math.type(1.0), math.type('1'), 1 == 1.0, 1 < 1.5)
show(fails(function() return 1 // 0 end), fails(function() return 1.5 | 1 end), fails(function() return {} + 1 end))
show(math.floor(-3.5), math.ceil(-3.5), math.fmod(-7, 3), math.abs(math.mininteger), math.max(3, 9, 4), math.min(2.5, 1))
show(string.format('%.6f %.6f %.6f %.6f', math.sqrt(2), math.sin(1), math.exp(1), math.log(10, 2)))
for _, text in ipairs { '0x1p4', '1e2', ' 12 ', '0x', '1e', '9223372036854775808', '1_0', 'nan' } do show(text, tonumber(text)) end
show(tonumber('zz', 36), tonumber('777', 8), tonumber('8', 8), 0x7fffffffffffffff, 0xffffffffffffffff)

-- Strings: formatting, patterns, packing.
show(('%5d|%-5d|%05d|%+d|%x|%X|%o|%c'):format(42, 42, 42, 42, 255, 255, 8, 65))
show(('%8.3f|%e|%g|%g|%a|%i'):format(3.14159, 12345.678, 1e20, 0.0001, 1.0, 3), ('%q'):format('a\n"\0\\'), ('%s %10.3s|'):format(nil, 'abcdef'))
show(('hello'):upper(), ('HeLLo'):lower(), ('abc'):reverse(), ('ab'):rep(3, '-'), ('hello'):sub(-3, -2), ('x'):byte(), #'a\0b')
show(('hello world'):find('o w'), ('hello'):find('l+'), ('a.b'):find('.', 1, true), ('hello'):match('(h)(.)'), ('k = v'):match('^(%w+)%s*=%s*(%w+)$'))
show(('hello world'):gsub('o', '0'), ('abc'):gsub('%w', '%0%0'), ('abc'):gsub('', '-'), ('a b c'):gsub('%a', { a = '1', b = false }), ('$x $y'):gsub('%$(%w+)', function(n) return n:upper() end))
show(('THE (quick) fox'):find('%((%a+)%)'), ('f(a(b)c)d'):match('%b()'), ('THE (quick) fox'):gsub('%f[%a]%a+', string.len), ('  trim '):match('^%s*(.-)%s*$') .. '|')
for key, value in ('a=1, b=22, c=333'):gmatch('(%w+)=(%w+)') do show(key, value) end
show(fails(string.rep, 'x', -1), fails(string.format, '%d', 1.5), fails(('x').find, 'a', '[a'), fails(('x').gsub, 'x', '(', ''))
local packed = string.pack('<i4 >I2 z s1 d !4 i8 B', -2, 513, 'zero', 'len', 1.5, -1, 255)
show(#packed, packed:gsub('.', function(c) return ('%02x'):format(c:byte()) end))
show(string.unpack('<i4 >I2 z s1 d !4 i8 B', packed))
show(string.packsize('<i4 i8 d'), fails(string.pack, 'i17', 1), fails(string.unpack, '<i8', 'abc'))
show(utf8.char(72, 228, 8364, 0x1F600), utf8.len('häß€'), utf8.len('\xff'), utf8.codepoint('€', 1), utf8.offset('aä€b', 4))
for position, code in utf8.codes('aä€') do show(position, code) end

-- Tables: both parts, the border, sorting, moving.
local t = {}
for i = 1, 100 do t[i] = (i * 7919) % 101 end
table.sort(t)
show(#t, t[1], t[50], t[100], table.concat(t, ',', 1, 8))
table.sort(t, function(a, b) return a % 10 > b % 10 or (a % 10 == b % 10 and a < b) end)
show(table.concat(t, ',', 1, 12), table.remove(t), table.remove(t, 1), #t)
table.insert(t, 3, 'x')
show(t[2], t[3], t[4], table.unpack({ 1, 2, nil, 4 }, 1, 4))
show(table.concat(table.move({ 1, 2, 3, 4, 5 }, 2, 5, 3), ','), select('#', nil, nil), select(-1, 1, 2, 3))
local hash, sum = {}, 0
for i = 1, 1000 do hash['k' .. i], hash[i * 1.5] = i, -i end
for i = 1, 1000, 3 do hash['k' .. i] = nil end
for _, value in pairs(hash) do sum = sum + value end
show(sum, hash.k2, hash.k1, hash[1.5], hash[3], next({}), rawlen({ 1, 2 }), rawequal(hash, hash))
show(fails(function() hash[nil] = 1 end), fails(function() hash[0 / 0] = 1 end), fails(table.concat, { {} }), fails(table.sort, { 3, 'x', 1 }))

-- Functions: closures, varargs, tail calls, multiple results, goto, to-be-closed variables.
local function counter()
  local n = 0
  return function(by) n = n + (by or 1) return n end
end
local one, two = counter(), counter()
show(one(), one(5), two(), (function(...) return select('#', ...), ... end)(1, nil, 3))
local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + n) end
show(loop(100000, 0), (select(2, load('return ' .. ('('):rep(500))):match('overflow')))
local closures = {}
for i = 1, 5 do
  if i == 3 then goto continue end
  closures[#closures + 1] = function() i = i + 10 return i end
  ::continue::
end
show(closures[1](), closures[1](), closures[3](), #closures)
do
  local order = {}
  local function closing(name) return setmetatable({}, { __close = function(_, e) order[#order + 1] = name .. ':' .. tostring(e and 'error') end }) end
  pcall(function()
    local a <close> = closing('a')
    local b <close>, c <const> = closing('b'), 7
    error('x' .. c)
  end)
  show(table.concat(order, ' '))
end
for i = 10, 1, -4 do show('down', i) end
for x = 0, 1, 0.25 do out[#out] = out[#out] .. ' ' .. x end
for i = math.maxinteger - 1, math.maxinteger do show(i) end

-- Metatables: arithmetic, comparison, indexing, calling, inheritance.
local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({ a[1] + b[1] }, V) end
V.__eq = function(a, b) return a[1] == b[1] end
V.__lt = function(a, b) return a[1] < b[1] end
V.__le = function(a, b) return a[1] <= b[1] end
V.__call = function(self, x) return self[1] * x end
V.__tostring = function(self) return 'V' .. self[1] end
V.__concat = function(a, b) return tostring(a) .. '..' .. tostring(b) end
V.__len, V.__unm = function(self) return self[1] end, function(self) return setmetatable({ -self[1] }, V) end
local v, w = setmetatable({ 3 }, V), setmetatable({ 4 }, V)
show(v + w, v == w, v < w, v >= w, v(10), #v, -v, v .. w, v .. 'x', tostring(getmetatable(v) == V))
local log = setmetatable({}, { __index = function(_, k) return k .. '!' end, __newindex = function(self, k, x) rawset(self, k, x * 2) end })
log.a = 4
show(log.a, log.b, getmetatable('').__index == string, fails(function() return v < 1 end))
local Animal = setmetatable({}, { __call = function(class, name) return setmetatable({ name = name }, class) end })
Animal.__index = Animal
function Animal:speak() return self.name .. ' speaks' end
local Dog = setmetatable({}, { __index = Animal, __call = getmetatable(Animal).__call })
Dog.__index = Dog
function Dog:speak() return Animal.speak(self) .. ' loudly' end
show(Animal('cat'):speak(), Dog('rex'):speak())

-- Coroutines, errors, loading, the garbage collector.
local fib = coroutine.wrap(function() local a, b = 0, 1 while true do coroutine.yield(a) a, b = b, a + b end end)
for _ = 1, 90 do fib() end
show(fib(), coroutine.isyieldable(), coroutine.running() ~= nil)
local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) error({ code = b }) end)
show(select(2, coroutine.resume(co, 1)), select(2, coroutine.resume(co, 42)).code, coroutine.status(co), coroutine.resume(co))
local function permute(items, n, emit)
  if n == 1 then return emit(table.concat(items)) end
  for i = 1, n do
    items[i], items[n] = items[n], items[i]
    permute(items, n - 1, emit)
    items[i], items[n] = items[n], items[i]
  end
end
local seen = {}
for text in coroutine.wrap(function() permute({ 'a', 'b', 'c', 'd' }, 4, coroutine.yield) end) do seen[#seen + 1] = text end
show(#seen, seen[1], seen[24])
show(xpcall(function() error({}) end, function(e) return type(e) end), select(2, pcall(error, 'plain', 0)), fails(error), fails(assert, false, 'assertion text'))
show(load('return 1 +')) show(load('x = = 1', '=chunk')) show(load('return ...', 'c', 't', {})(9), load('goto nowhere', '=c'))
local dumped = string.dump(load('local a = ... ; local t = {a, "k", 2.5} ; return #t, t[2] .. a, t[3] * 2'), true)
show(load(dumped, 'd', 'b')('!'), fails(load, dumped, 'd', 't'))
local weak, finalized = setmetatable({}, { __mode = 'k' }), 0
for i = 1, 2000 do weak[setmetatable({}, { __gc = function() finalized = finalized + 1 end })] = ('s'):rep(i % 50) end
collectgarbage('generational') collectgarbage() collectgarbage('incremental') collectgarbage()
show(next(weak), finalized, collectgarbage('count') > 0, collectgarbage('isrunning'))

-- Heavier work: a sieve, string building, n queens, a matrix.
local sieve, primes = {}, 0
for i = 2, 20000 do if not sieve[i] then primes = primes + 1 for j = i * i, 20000, i do sieve[j] = true end end end
local check = 0
for i = 1, 3000 do check = (check * 31 + ('n' .. i .. ':' .. i / 8):byte(-1)) % 1000003 end
local function queens(n, row, columns, left, right)
  if row == n then return 1 end
  local found = 0
  for c = 0, n - 1 do
    if (columns >> c) & 1 == 0 and (left >> (row + c)) & 1 == 0 and (right >> (row - c + n)) & 1 == 0 then
      found = found + queens(n, row + 1, columns | 1 << c, left | 1 << (row + c), right | 1 << (row - c + n))
    end
  end
  return found
end
show(primes, check, queens(7, 0, 0, 0, 0))
local m = { { 1, 1 }, { 1, 0 } }
for _ = 1, 5 do
  local a, b, c, d = m[1][1], m[1][2], m[2][1], m[2][2]
  m = { { a * a + b * c, a * b + b * d }, { c * a + d * c, c * b + d * d } }
end
show(m[1][1], m[1][2], m[2][2], os.getenv('no such variable'), type(os.time()), os.date('!%Y-%m-%d', 86400), debug.getinfo(1, 'l').currentline)
local file = io.tmpfile()
file:write('line one\n', 2, ' ', 3.5, '\nlast')
file:seek('set')
show(file:read('l', 'n', 'n', 'L', 'a', 'l'))
file:close()
show(io.type(file), require('string') == string, package.config:sub(1, 1), debug.traceback('t', 1):match('^t\nstack traceback:') ~= nil)
io.write(table.concat(out, '\n'), '\n')
