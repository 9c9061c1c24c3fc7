#!/bin/sh
# Makes the recordings of prompts that travel with the program (templates/voice/LANGUAGE/ID.wav) from their texts.
# Wants espeak-ng, and the program to have been built.
set -eu
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
rm -f templates/voice/*/*.wav
printf 'store { url = "sqlite:%s/x.db" }\nvoice { prompts = "%s" }\n' "$folder" "$folder" >"$folder/x.conf"
# texts alone: recordings built in before are not to count
mkdir -p "$folder/templates/voice"
for language in zh en; do
    mkdir -p "$folder/templates/voice/$language"
    for text in templates/voice/$language/*.txt; do
        { cat "$text" | tr -d '\n'; printf ' \n'; } >"$folder/templates/voice/$language/$(basename "$text")"
    done
done
printf 'templates = "%s/templates"\n' "$folder" >>"$folder/x.conf"
LC_MESSAGES=C "$program" voice prompts --render -c "$folder/x.conf" >/dev/null
for sound in "$folder"/x.db.prompts/*.wav; do
    name=$(basename "$sound" .wav)
    id=${name#??-}
    cp "$sound" "templates/voice/${name%%-*}/${id%-*}.wav"
done
ls templates/voice/*/*.wav | wc -l
