# SQLite's library and shell from its separate sources, as `make .target_source` lays them out, instead of the amalgamation: a unit
# for each source. Extensions, other systems and the Tcl binding are left out.
CFLAGS = -w -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -Itsrc
others = tclsqlite icu geopoly rtree sqlite3rbu sqlite3session userauth mutex_w32 os_win os_kv $(notdir $(basename $(wildcard tsrc/fts*.c)))
names = $(filter-out $(others), $(notdir $(basename $(wildcard tsrc/*.c))))
objects = $(names:%=build/%.o)

build/sqlite: $(objects)
	$(CC) -o $@ $(objects) -lm

build/%.o: tsrc/%.c | build
	$(CC) $(CFLAGS) -c $< -o $@

build:
	mkdir -p $@
