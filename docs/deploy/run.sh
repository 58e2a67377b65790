#!/bin/sh
# run.sh JOB[-EDITION] [NAME=VALUE ...]: one run of a scheduled job, here, or by Scrapyd if SCRAPYD_URL is set. JOB is
#   new     what was published since yesterday; every ten minutes
#   all     the whole edition, for at most six hours, then the next run continues; daily
#   again   all articles again, with conditional requests; weekly
#   ticker  the breaking news; every minute
# EDITION: en (default), ar or es. Names in capitals are settings, others are arguments of the spider.
# Environment: MAYADEEN_DATA, MAYADEEN_ARCHIVE, CONTACT; for Scrapyd SCRAPYD_URL, SCRAPYD_USERNAME, SCRAPYD_PASSWORD.
# SHARD=2/3: this machine reads the second of three parts of the articles. If SCRAPYD_URL has three URLs, separated by
# spaces, each node gets one part. If a node does not accept its job, the next node gets it.
# Exit status: that of `scrapy crawl` (5: another crawl of the edition is running); 1 if Scrapyd does not accept the job.
set -eu
export LC_ALL=C.UTF-8
name=${1:-} edition=en
case $name in *-*) edition=${name#*-} ;; esac
case ${name%%-*} in
    new) spider=articles extra="since=$(TZ=Asia/Beirut date -d yesterday +%F)" ;;
    all) spider=articles extra=CLOSESPIDER_TIMEOUT=21600 ;;
    again) spider=articles extra=known=refetch ;;
    ticker) spider=breaking extra= ;;
    *) echo "error: the job must be new, all, again or ticker, got '$name'" >&2 && exit 2 ;;
esac
shift
[ "$spider" = articles ] || SHARD=
set -- "edition=$edition" ${CONTACT:+"CONTACT=$CONTACT"} ${extra:+"$extra"} ${SHARD:+"shard=$SHARD"} "$@"
for pair; do
    shift
    case ${SCRAPYD_URL:+scrapyd}$pair in
        scrapyd[A-Z]*) set -- "$@" --data-urlencode "setting=$pair" ;;
        scrapyd*) set -- "$@" --data-urlencode "$pair" ;;
        [A-Z]*) set -- "$@" -s "$pair" ;;
        *) set -- "$@" -a "$pair" ;;
    esac
done
if [ -z "${SCRAPYD_URL:-}" ]; then
    cd "$(dirname "$0")/../.."
    PATH=$PWD/.venv/bin:$PATH exec scrapy crawl "$spider" "$@"
fi
# Pass the password through a pipe: all users can see command lines.
post() { # NODE OPTION ...
    node=$1 && shift
    answer=$(printf 'user = "%s:%s"\n' "${SCRAPYD_USERNAME:-}" "${SCRAPYD_PASSWORD:-}" |
        curl --silent --show-error --config - "${node%/}/schedule.json" \
            -d project=mayadeen -d spider="$spider" "$@" 2>&1) || true
    case $answer in *'"status": "ok"'*) ;; *) false ;; esac
}
# A job goes to the node of its number, or to the next one if that does not accept it.
place() { # NUMBER OPTION ...
    number=$1 && shift
    for node in $(echo $SCRAPYD_URL $SCRAPYD_URL | cut -d " " -f "$number-$((number + count - 1))"); do
        post "$node" "$@" && return
    done
    echo "error: Scrapyd at $node did not accept the job: $answer" >&2
    return 1
}
count=$(echo $SCRAPYD_URL | wc -w) job=$name-$(date -u +%Y%m%dT%H%M%S) number=0 status=0
if [ "$count" -eq 1 ] || [ "$spider" = breaking ]; then
    place 1 -d jobid="$job" "$@" && exit
    exit 1
fi
while [ "$((number += 1))" -le "$count" ]; do
    place "$number" -d jobid="$job-$number" -d shard="$number/$count" "$@" || status=1
done
exit $status
