#!/bin/sh
# Builds jq 1.6 without autotools: what its configure would find on Linux with glibc, without its regex library.
# Use: build.sh [CC] in jq's folder. Objects go to build/, the program is build/jq.
# -no-pie: compilers that know nothing of position-independent code are welcome.
set -e
CC=${1:-${CC:-gcc}}
mkdir -p build
echo '#define JQ_VERSION "1.6"' >src/version.h
sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$/\\n"/' src/builtin.jq >src/builtin.inc

have='MEMMEM MKSTEMP ISATTY STRPTIME STRFTIME TIMEGM GMTIME_R GMTIME LOCALTIME_R GETTIMEOFDAY TM_TM_GMT_OFF
  PTHREAD_KEY_CREATE PTHREAD_ONCE ATEXIT ALLOCA_H ALLOCA ACOS ACOSH ASIN ASINH ATAN ATAN2 ATANH CBRT CEIL COPYSIGN COS
  COSH EXP EXP2 EXPM1 FABS FLOOR FMOD FREXP HYPOT LDEXP LOG LOG10 LOG1P LOG2 LOGB MODF POW RINT ROUND SCALBLN SIN SINH
  SQRT TAN TANH TRUNC TGAMMA LGAMMA LGAMMA_R NEARBYINT SIGNIFICAND FMA FMIN FMAX'
flags='-D_GNU_SOURCE -DIEEE_8087 -I. -Isrc'
for name in $have; do flags="$flags -DHAVE_$name"; done

for source in src/*.c; do
  name=$(basename "$source" .c)
  # The error injector is a library of its own, for preloading.
  [ "$name" != inject_errors ] || continue
  echo "$name"
done | xargs -P 2 -I NAME sh -c "\"$CC\" -w $flags -c src/NAME.c -o build/NAME.o"
$CC -no-pie -o build/jq build/*.o -lm -lpthread
