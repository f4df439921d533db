#!/usr/bin/env bash
# Shows that a stranger can use the repository: clones the current commit into a temporary folder and runs there the two
# commands of the README and then .ci/run. What is not committed is not tried.
set -euo pipefail
root=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
commit=$(git -C "$root" rev-parse HEAD)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

git clone --quiet "$root" "$folder/baton"
cd "$folder/baton"
git checkout --quiet --detach "$commit"

npm install --no-audit --no-fund
npm test
if [[ -n $(git status --porcelain) ]]; then
  echo 'an install and the tests leave the checkout as it was, but:'
  git status --porcelain
  exit 1
fi
.ci/run
