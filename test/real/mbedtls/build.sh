#!/bin/sh
# Builds the library of mbedtls 2.28 without assembly, and its self test. Use: build.sh [CC] in its folder.
set -e
CC=${1:-${CC:-gcc}}
export CC
mkdir -p build
for name in HAVE_ASM AESNI_C PADLOCK_C; do echo "s,^#define MBEDTLS_$name,//&,"; done >build/config.sed
sed -f build/config.sed include/mbedtls/config.h >build/config.h
printf '%s\n' library/*.c programs/test/selftest.c | xargs -P 2 -I SOURCE sh -c '
  "$CC" -w -Iinclude -Ilibrary -Ibuild "-DMBEDTLS_CONFIG_FILE=<config.h>" -c SOURCE -o "build/$(basename SOURCE .c).o"'
$CC -o build/selftest build/*.o
