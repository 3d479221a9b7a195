# Says how much Discord's own document judged in all tests.
BEGIN { FS = "\t" }
{
    calls += $1
    events += $2
    ms += $3
    count = split($4, names, " ")
    for (i = 1; i <= count; i++) {
        sub(/:.*/, "", names[i])
        operations[names[i]]
    }
}
END {
    for (name in operations) distinct++
    printf "By Discord's own document: %d calls of %d operations and %d events in %d tests, judged in %.1f s.\n", \
        calls, distinct, events, NR, ms / 1000
    if (calls == 0) exit 1
}
