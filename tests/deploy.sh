#!/bin/sh
# The files that the server is deployed with, by what would read them and by the server's own look at the
# settings in them. What is in the image: tests/image.sh.
set -eu
cd "$(dirname "$0")/.."
sh tests/setup/deploy.sh
. tests/setup/cache.sh
SEKISHO_SERVER_BIN=${SEKISHO_SERVER_BIN:?is the path of the server whose settings they are}
export SEKISHO_SERVER_BIN

deploy=server-example/deploy
"$cache/deploy/bin/hadolint" "$deploy/Dockerfile"
# The oldest of Kubernetes that is still kept up, and the newest there are schemas of.
for version in 1.34 1.37; do
  "$cache/deploy/bin/kubernetes-validate" --quiet --strict --kubernetes-version "$version" "$deploy/kubernetes.yaml"
done
systemd-analyze security --offline=true --no-pager --threshold=15 "$deploy/sekisho-server.service" | tail -n 1
"$cache/deploy/bin/pytest" -q -p no:cacheprovider tests/deploy
