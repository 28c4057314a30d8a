{{/*
Finds the environment's flow files and packs them into shards: ConfigMaps may hold 1 MiB each. The choice of files is that
of the container (it reads what the index names, and skips the rest the same way), and so is the digest: the SHA-256 of what
sha256sum prints for the files in the order of their paths.
*/}}
{{- define "flow-sync-lib.readFlows" -}}
{{- $v := .values -}}
{{- $flows := dict "shards" list "digest" $v.flows.digest "files" 0 "kind" "files" -}}
{{- $_ := set . "flows" $flows -}}
{{- if and $v.flows.existingConfigMap $v.flows.image.reference -}}
{{- fail "the flows come from both 'flows.existingConfigMap' and 'flows.image.reference': keep one of them." -}}
{{- end -}}
{{- if $v.flows.existingConfigMap -}}
{{- $_ := set $flows "kind" "configMap" -}}
{{- if not $v.flows.digest -}}
{{- fail "'flows.existingConfigMap' needs 'flows.digest': it proves that the mounted files are the meant ones, and a new one starts a run. docs/flows-repository.md has the command that prints it." -}}
{{- end -}}
{{- else if $v.flows.image.reference -}}
{{- $_ := set $flows "kind" "image" -}}
{{- if not (or $v.flows.digest (contains "@sha256:" $v.flows.image.reference)) -}}
{{- fail "'flows.image.reference' has no digest: end it in @sha256:..., or set 'flows.digest', so that a new image starts a run." -}}
{{- end -}}
{{- if semverCompare "<1.33-0" .root.Capabilities.KubeVersion.Version -}}
{{- fail (printf "'flows.image' needs Kubernetes 1.33 or newer, this is %s." .root.Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- else -}}
{{- if $v.flows.digest -}}
{{- fail "'flows.digest' is for flows that are not in the chart; here the chart computes it. Take it out." -}}
{{- end -}}
{{- include "flow-sync-lib.packFlows" . -}}
{{- end -}}
{{- end -}}

{{- define "flow-sync-lib.packFlows" -}}
{{- $folder := printf "%s/%s/" (trimSuffix "/" .values.flows.folder) .values.environment -}}
{{- $budget := 1000000 -}}
{{- $sums := "" -}}
{{- $files := 0 -}}
{{- $shards := list -}}
{{- $shard := dict -}}
{{- $room := 0 -}}
{{- range $path, $_ := .root.Files -}}
{{- if hasPrefix $folder $path -}}
{{- $relative := trimPrefix $folder $path -}}
{{- if and (not (regexMatch "(^|/)\\." $relative)) (regexMatch "^.+\\.([yY][aA]?[mM][lL](\\.[tT][fF][tT][pP][lL])?|[jJ][sS][oO][nN]|[iI]3[a-zA-Z0-9]+(\\.[jJ][sS][oO][nN])?)$" $relative) -}}
{{- include "flow-sync-lib.checkFlow" (dict "path" $path "relative" $relative) -}}
{{- $content := $.root.Files.Get $path -}}
{{- if gt (len $content) $budget -}}
{{- fail (printf "%s has %d bytes; a file in a ConfigMap may have %d. Split the flow, or take the flows from an image ('flows.image')." $path (len $content) $budget) -}}
{{- end -}}
{{- $sum := sha256sum $content -}}
{{- $sums = printf "%s%s  %s\n" $sums $sum $relative -}}
{{- $files = add1 $files -}}
{{- $key := printf "%s-%s" (regexReplaceAll "[^-._a-zA-Z0-9]+" $relative "_" | trunc 120) (sha256sum $relative | trunc 12) -}}
{{- /* A key stands in the object, in the index and in the record of who manages it. */ -}}
{{- $size := add (len $content) (mul 3 (len $key)) (len $relative) 64 | int -}}
{{- if or (not $shards) (gt $size $room) -}}
{{- $shard = dict "files" dict "index" dict -}}
{{- $shards = append $shards $shard -}}
{{- $room = $budget -}}
{{- end -}}
{{- $room = sub $room $size | int -}}
{{- $_ := set $shard.index $key $relative -}}
{{- $_ := set $shard.files $key $content -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if not $files -}}
{{- fail (printf "there is no flow file below %s (.yaml, .yml, .json). Put the environment's flows there, look whether .helmignore hides them, or name another source with 'flows.existingConfigMap' or 'flows.image.reference'." $folder) -}}
{{- end -}}
{{- $_ := set .flows "shards" $shards -}}
{{- $_ := set .flows "files" $files -}}
{{- $_ := set .flows "digest" (printf "sha256:%s" (sha256sum $sums)) -}}
{{- end -}}

{{- define "flow-sync-lib.checkFlow" -}}
{{- if ne .path (dict "path" .path | toJson | fromJson).path -}}
{{- fail (printf "the name of the file %q is not UTF-8: rename it." .path) -}}
{{- end -}}
{{- if regexMatch "^flowsync-index(-[^/]*)?\\.json$" .relative -}}
{{- fail (printf "%s has a name that is reserved for the index of a mounted folder: rename it." .path) -}}
{{- end -}}
{{- end -}}

{{/*
The ConfigMaps with the flows.
*/}}
{{- define "flow-sync-lib.flows" -}}
{{- range $number, $shard := .c.flows.shards }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "flow-sync-lib.metadata" (dict "copy" $ "name" (printf "%s-flows-%d" $.prefix $number) "component" "flows" "wave" "-2" "serverSide" true) | nindent 2 }}
{{- include "flow-sync-lib.entries" (set $shard.files (printf "flowsync-index-%d.json" $number) (dict "files" $shard.index | toJson)) | trim | nindent 0 }}
{{- end }}
{{- end -}}
