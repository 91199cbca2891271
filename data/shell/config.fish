# SPDX-License-Identifier: LGPL-2.1-or-later
# fish in a sandbox: as ever, with a prompt that says so.
if functions -q fish_prompt
    functions -c fish_prompt __cloison_prompt
else
    function __cloison_prompt
        printf '> '
    end
end
function fish_prompt
    printf '[sandbox %s] ' "$CLOISON_SANDBOX"
    __cloison_prompt
end
