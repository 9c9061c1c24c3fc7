#!/bin/sh
# Trains the model in the box: templates/lexicon/subject.model. usage: train_model.sh PROGRAM DIRECTORY
#
# It learns from the texts of tests/corpus, which were written for this project, and from real petitions where
# ../shared/data has them. Their words are not ours to ship: the model keeps 31 bits of a hash of every sequence of two
# or three characters that stands in at least three texts, and no sequence in clear. Without them the shipped model stays.
set -e
program=$1 scratch=$2
petitions=../shared/data/petitions-train.tsv
labels=../shared/data/petitions-labels.tsv
if [ ! -r $petitions ]; then
    echo "make model: $petitions is not here, so the shipped model stays"
    exit 0
fi
mkdir -p "$scratch"
awk -F'\t' -v OFS='\t' '
    BEGIN { print "category", "topic", "urgent", "text" }
    NR == FNR { labels[$1] = $2 OFS $3 OFS $4; next }
    FNR in labels { print labels[FNR], $2 }' $labels $petitions >"$scratch/petitions.tsv"
# What is no matter at all is no danger and accuses nobody: 打牌三缺一 快来.
awk -F'\t' -v OFS='\t' '
    BEGIN { print "urgent", "accuses", "text" }
    /^#/ { next }
    $2 ~ /^(rate1|rate2|status|withdraw|stop|resume|hide|place|thanks|greeting|who|wrong|noise)$/ { print 0, 0, $3 }' \
    tests/corpus/intents-train.tsv >"$scratch/replies.tsv"
# What a reply means; and complaints that come while something else was asked.
awk -F'\t' -v OFS='\t' '
    BEGIN { print "situation", "intent", "text"; split("rating place none", situations, " ") }
    /^#/ || $1 == "category" { next }
    NF == 5 && length($5) < 400 { if (++n % 48 < 3) print situations[n % 48 + 1], "complaint", $5 }
    NF == 3 && $2 != "!" { print $1, $2, $3 }' \
    tests/corpus/texts-train.tsv tests/corpus/texts-plain.tsv tests/corpus/intents.tsv tests/corpus/replies.tsv >"$scratch/intents.tsv"
# Texts count more than petitions, which are longer and more formal than what people send.
"$program" train "$scratch/petitions.tsv" "$scratch/replies.tsv" tests/corpus/intents-train.tsv "$scratch/intents.tsv" \
    tests/corpus/texts-train.tsv tests/corpus/texts-plain.tsv tests/corpus/texts-danger.tsv \
    tests/corpus/texts-voices.tsv tests/corpus/texts-unnamed.tsv tests/corpus/texts-tried.tsv \
    tests/corpus/texts-indirect.tsv tests/corpus/texts-confused.tsv --like 8 \
    --held tests/corpus/held-back.tsv -o "$scratch/subject.model" | tee "$scratch/figures.txt"
mv "$scratch/subject.model" templates/lexicon/subject.model
