# shellcheck shell=bash
# Part of install.sh: from one version to the next, and back. OPT, DATA, CONFIG and the functions used are defined there.
# shellcheck disable=SC2154

# Before an upgrade: what the version that is left may need again. In $DATA, which may be a partition of its own.
readonly KEPT=$DATA/before-upgrade
readonly STORE_PARTS=(db journal marks)

upgrade() { # upgrade OLD NEW NODE
  local old=$1 new=$2 node=$3 was_running=0 is_clean=0
  if [ "$(fact "$OPT/$new" store_layout)" -lt "$(fact "$OPT/$old" store_layout)" ]; then
    fail "$new is older than what wrote the store ($old); the way back is --rollback"
  fi
  if is_running; then was_running=1; fi
  stop_service
  if [ "$was_running" = 1 ] && [ "$(systemctl show -p Result --value sealtrace)" = success ]; then is_clean=1; fi
  if ! keep_for_way_back "$is_clean"; then
    [ "$was_running" = 0 ] || systemctl start sealtrace
    fail "there is no room in $DATA for a copy of the store; $old goes on"
  fi
  link "$old" "$OPT/previous"
  switch_to "$new" "$node"
  if { [ "$was_running" = 1 ] || [ -f "$CONFIG/config.toml" ]; } && with_systemd && ! systemctl start sealtrace; then
    say "$new does not start: going back to $old"
    back_to "$old" "$new"
    fail "$new did not start, $old runs again; see: journalctl -u sealtrace -n 50"
  fi
  remove_other_versions "$old" "$new"
  say "upgraded from $old to $new; the way back: sudo $OPT/current/scripts/install.sh --rollback"
}

rollback() {
  local old new
  old=$(readlink "$OPT/previous") || fail "there is no earlier version to go back to"
  [ -f "$OPT/$old/RELEASE" ] || fail "the version $old is not there any more"
  new=$(readlink "$OPT/current")
  back_to "$old" "$new" || fail "$old does not start; see: journalctl -u sealtrace -n 50"
  say "back from $new to $old"
}

back_to() { # back_to OLD NEW
  local old=$1 new=$2
  # Should the power fail half way, nothing must start on half a store; switch_to enables it again.
  systemctl disable --quiet sealtrace
  stop_service
  # An older version does not open a newer store. Otherwise the store stays, with all that was counted since.
  if [ "$(fact "$OPT/$old" store_layout)" -lt "$(fact "$OPT/$new" store_layout)" ]; then put_store_back "$new"; fi
  put_settings_back "$old"
  switch_to "$old" "$(readlink "$OPT/node")"
  rm -f "$OPT/previous"
  start_if_configured
}

# A copy of store and settings. Tables of a database that was closed in order never change, so they are linked, which
# takes neither time nor room; after a crash one of them might be written again, and all is copied.
keep_for_way_back() { # keep_for_way_back IS_CLEAN
  local part
  rm -rf "$KEPT" "$KEPT.part"
  mkdir -m 0750 "$KEPT.part" || return 1
  for part in "${STORE_PARTS[@]}"; do
    [ -e "$DATA/$part" ] || continue
    if [ "$1" = 1 ]; then
      cp -a --link "$DATA/$part" "$KEPT.part/" && own_files "$KEPT.part/$part" || return 1
    else
      cp -a "$DATA/$part" "$KEPT.part/" || return 1
    fi
  done
  if [ -f "$CONFIG/config.toml" ]; then cp -a "$CONFIG/config.toml" "$KEPT.part/" || return 1; fi
  sync -f "$KEPT.part" && mv -T "$KEPT.part" "$KEPT"
}

own_files() { # of the linked files, all but tables become copies
  local file
  find "$1" -type f ! -name '*.ldb' ! -name '*.sst' -print0 | while IFS= read -r -d '' file; do
    cp -a "$file" "$file.own" && mv "$file.own" "$file" || return 1
  done
}

put_store_back() { # put_store_back NEW
  local part aside
  aside=$DATA/rolled-back-$(date +%s)
  [ -d "$KEPT" ] || fail "the store of the version before the upgrade is not there; the newer version stays"
  mkdir -m 0750 "$aside"
  for part in "${STORE_PARTS[@]}"; do
    [ -e "$KEPT/$part" ] || continue
    if [ -e "$DATA/$part" ]; then mv "$DATA/$part" "$aside/"; fi
    mv "$KEPT/$part" "$DATA/"
  done
  sync -f "$DATA"
  say "the store is the one of $(date -r "$KEPT" '+%F %H:%M'), before the upgrade; what $1 counted since lies in $aside"
}

put_settings_back() { # put_settings_back OLD
  local file=$CONFIG/config.toml
  if [ ! -f "$file" ] || "$OPT/node" "$OPT/$1/dist/runtime/main.js" config check "$file" >/dev/null 2>&1; then return 0; fi
  [ -f "$KEPT/config.toml" ] || fail "$1 does not accept $file, and there is no copy from before the upgrade"
  mv "$file" "$file.rolled-back"
  cp -a "$KEPT/config.toml" "$file"
  say "$1 does not accept the settings: those of before the upgrade hold again, the newer ones are $file.rolled-back"
}

remove_other_versions() { # all but these
  local place
  for place in "$OPT"/*/; do
    place=$(basename "$place")
    case $place in "$1" | "$2" | current | previous) ;; *) rm -rf "${OPT:?}/$place" ;; esac
  done
}
