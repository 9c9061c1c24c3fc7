#!/bin/sh
# Reads the includes: modem/, store/ and templates/ know neither each other nor gateway/; inside gateway/
# command -> line, http, voice -> desk, provider. An include that goes another way is named, and the check fails.
cd "$(dirname "$0")/.." || exit 1
bad=0
forbid() { # FOLDER, then the folders it may not include
    folder=$1
    shift
    for target in "$@"; do
        found=$(grep -rnE "#include \"$target/" "$folder" --include='*.[ch]' 2>/dev/null)
        [ -z "$found" ] && continue
        echo "$folder/ must not include $target/:" >&2
        echo "$found" >&2
        bad=1
    done
}
forbid modem store templates gateway tests
forbid store modem templates gateway tests
forbid templates modem store gateway tests
forbid gateway tests
forbid gateway/desk gateway/line gateway/http gateway/voice gateway/command
forbid gateway/provider gateway/desk gateway/line gateway/http gateway/voice gateway/command
forbid gateway/desk gateway/provider
forbid gateway/line gateway/command gateway/http gateway/voice
forbid gateway/http gateway/command gateway/line gateway/voice
forbid gateway/voice gateway/command gateway/line gateway/http
relative=$(grep -rnE '#include "[^/"]+"' modem store templates gateway --include='*.[ch]')
if [ -n "$relative" ]; then
    echo "includes are written from the root:" >&2
    echo "$relative" >&2
    bad=1
fi
exit $bad
