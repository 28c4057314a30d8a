{{/*
Reads the file that declares environments, for what the objects need of it: the organisation's id (the names of Lease and
ConfigMaps in the Role) and the hosts of the trunk guard (the network policy). All else is the container's to judge.
*/}}
{{- define "flow-sync-lib.readEnvironments" -}}
{{- $present := list -}}
{{- range $name := list "environments.json" "environments.yaml" "environments.yml" -}}
{{- if $.root.Files.Get $name -}}{{- $present = append $present $name -}}{{- end -}}
{{- end -}}
{{- if gt (len $present) 1 -}}
{{- fail (printf "%s both declare environments: keep one of them." (join " and " $present)) -}}
{{- end -}}
{{- $file := "" -}}
{{- $text := "" -}}
{{- if $present -}}
{{- $file = first $present -}}
{{- $text = .root.Files.Get $file -}}
{{- if .values.environments -}}
{{- fail (printf "both the value 'environments' and the file %s declare environments: keep one of them." $file) -}}
{{- end -}}
{{- if gt (len $text) 500000 -}}
{{- fail (printf "%s has %d bytes; 500000 are possible." $file (len $text)) -}}
{{- end -}}
{{- else if .values.environments -}}
{{- $file = "environments.yaml" -}}
{{- $text = dict "environments" .values.environments | toYaml -}}
{{- end -}}
{{- $all := $text | default "{}" | fromYaml -}}
{{- if and (hasKey $all "Error") (kindIs "string" (get $all "Error")) -}}
{{- fail (printf "%s cannot be read: %s" $file (get $all "Error")) -}}
{{- end -}}
{{- if hasKey $all "environments" -}}{{- $all = get $all "environments" -}}{{- end -}}
{{- $own := dict -}}
{{- if kindIs "map" $all -}}{{- $own = get $all .values.environment | default dict -}}{{- end -}}
{{- if not (kindIs "map" $own) -}}
{{- fail (printf "%s: what it says of '%s' is no mapping." $file .values.environment) -}}
{{- end -}}
{{- $_ := set . "environments" (dict "file" $file "text" $text "own" $own) -}}
{{- end -}}

{{/*
The organisation's id in small letters, as the names of the Lease and the ConfigMaps have it; empty when nobody says it.
*/}}
{{- define "flow-sync-lib.organisation" -}}
{{- get .environments.own "organizationId" | default "" | toString | lower -}}
{{- end -}}

{{/*
The ports of the hosts that the trunk guard tries, as a JSON list.
*/}}
{{- define "flow-sync-lib.trunkPorts" -}}
{{- $ports := list -}}
{{- $guards := get .environments.own "guards" -}}
{{- if kindIs "map" $guards -}}
{{- $trunks := get $guards "trunks" -}}
{{- if kindIs "map" $trunks -}}
{{- if ne (get $trunks "mode" | toString) "off" -}}
{{- range $host := get $trunks "hosts" -}}
{{- if kindIs "map" $host -}}
{{- $tls := ne (get $host "tls" | toString) "false" -}}
{{- $ports = append $ports (get $host "port" | default (ternary 5061 5060 $tls) | int) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $ports | uniq | sortAlpha | toJson -}}
{{- end -}}
