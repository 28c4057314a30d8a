{{/*
Refuses what could only fail later and less clearly: in the cluster, where a Pod that cannot start has no log.
*/}}
{{- define "flow-sync-lib.check" -}}
{{- $v := .values -}}
{{- if not $v.environment -}}
{{- fail "'environment' is not set: say which folder below flows/ this release deploys, for example with -f values/prod.yaml." -}}
{{- end -}}
{{- if not (regexMatch "^[A-Za-z0-9][A-Za-z0-9._-]*$" (toString $v.environment)) -}}
{{- fail (printf "'environment: %v' is no name of an environment: use letters, digits, '.', '_' and '-', and begin with a letter or digit." $v.environment) -}}
{{- end -}}
{{- include "flow-sync-lib.checkName" .name -}}
{{- include "flow-sync-lib.checkCredentials" $v.credentials -}}
{{- if not (has $v.hook.phase (list "PreSync" "Sync")) -}}
{{- fail (printf "'hook.phase: %v' is not known: use PreSync or Sync." $v.hook.phase) -}}
{{- end -}}
{{- if not $v.image.repository -}}
{{- fail "'image.repository' is empty: say where your image of flowsync is." -}}
{{- end -}}
{{- range $key := list "deadline" "activeDeadlineSeconds" "grace" "terminationGracePeriodSeconds" -}}
{{- if not (regexMatch "^[0-9]+$" (include "flow-sync-lib.scalar" (get $v $key))) -}}
{{- fail (printf "'%s: %v' is no whole number of seconds." $key (get $v $key)) -}}
{{- end -}}
{{- end -}}
{{- if lt (int64 $v.activeDeadlineSeconds) (add (int64 $v.deadline) 120) -}}
{{- fail (printf "'activeDeadlineSeconds: %v' must be at least 120 more than 'deadline: %v': at that time Kubernetes deletes the Pod with its log, so the run has to end by itself before." $v.activeDeadlineSeconds $v.deadline) -}}
{{- end -}}
{{- if lt (int64 $v.terminationGracePeriodSeconds) (add (int64 $v.grace) 10) -}}
{{- fail (printf "'terminationGracePeriodSeconds: %v' must be at least 10 more than 'grace: %v', so that the report is written before the container is killed." $v.terminationGracePeriodSeconds $v.grace) -}}
{{- end -}}
{{- if and $v.drift.enabled (not $v.state.enabled) -}}
{{- fail "'drift.enabled' needs 'state.enabled': without the state nobody knows what was last deployed." -}}
{{- end -}}
{{- range $key := list "environment" "workspace" "flowsDir" "credentialsDir" "expectedDigest" "confirm" "region" "deadline" "grace" "lock" "lockNamespace" "lockTimeout" "state" "events" "terminationLog" "marker" "markerInputs" "config" "dryRun" "plan" -}}
{{- if hasKey $v.settings $key -}}
{{- fail (printf "'settings.%s' is set by the chart itself; see values.yaml for the value that governs it." $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "flow-sync-lib.checkName" -}}
{{- if gt (len .) 46 -}}
{{- fail (printf "the name '%s' has %d characters; 46 are possible, since the names of Jobs that are made from the CronJob '<name>-rerun' must have at most 63. Set 'fullnameOverride', or a shorter name of the release." . (len .)) -}}
{{- end -}}
{{- if hasSuffix "-hook" . -}}
{{- fail (printf "the name '%s' ends in -hook, as the names of hooks do: two releases could take each other's objects. Set 'fullnameOverride', or another name of the release." .) -}}
{{- end -}}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" .) -}}
{{- fail (printf "the name '%s' cannot be used for Kubernetes objects: it has to begin with a small letter and to consist of small letters, digits and '-'. Set 'fullnameOverride', or another name of the release." .) -}}
{{- end -}}
{{- end -}}

{{- define "flow-sync-lib.checkCredentials" -}}
{{- $ways := list -}}
{{- if .existingSecret -}}{{- $ways = append $ways "existingSecret" -}}{{- end -}}
{{- if .externalSecret.enabled -}}{{- $ways = append $ways "externalSecret" -}}{{- end -}}
{{- if .sealedSecret.enabled -}}{{- $ways = append $ways "sealedSecret" -}}{{- end -}}
{{- if not $ways -}}
{{- fail "no credentials: set 'credentials.existingSecret' to the name of the Secret that holds client_id and client_secret, or enable 'credentials.externalSecret' or 'credentials.sealedSecret'." -}}
{{- end -}}
{{- if gt (len $ways) 1 -}}
{{- fail (printf "the credentials come from %s: keep one of them." (join " and " $ways)) -}}
{{- end -}}
{{- if .externalSecret.enabled -}}
{{- if not (and .externalSecret.storeName .externalSecret.clientId.key .externalSecret.clientSecret.key) -}}
{{- fail "'credentials.externalSecret' needs storeName, clientId.key and clientSecret.key." -}}
{{- end -}}
{{- end -}}
{{- if .sealedSecret.enabled -}}
{{- if not (and .sealedSecret.clientId .sealedSecret.clientSecret) -}}
{{- fail "'credentials.sealedSecret' needs clientId and clientSecret, as 'kubeseal --raw' prints them." -}}
{{- end -}}
{{- end -}}
{{- end -}}
