#!/bin/sh
# Hold SARIF logs against what GitHub asks of them, with Microsoft's validator (Linux, npm):
#   sh tests/sarif_validate.sh LOG.sarif ...
# Not part of the tests: the validator is a download of 100 MB.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --prefix "$folder" @microsoft/sarif-multitool-linux@5.7.0
validator=$folder/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
chmod u+x "$validator"
status=0
for log; do
    "$validator" validate "$log" --rule-kind "Sarif;Ghas" --level "Error;Warning" >"$folder/told"
    # The validator ends with 0 whatever it finds.
    if ! grep -q "Analysis completed successfully" "$folder/told" ||
        grep -E ': (error|warning) ' "$folder/told"; then
        status=1
    fi
done
exit $status
