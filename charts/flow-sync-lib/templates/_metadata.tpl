{{/*
Name, labels and annotations of one object, from a dict:
  copy        {c, hook, prefix}
  name        its name
  component   label app.kubernetes.io/component
  wave        the hook's wave; ordinary objects have none
  namespace   another namespace than the release's
  serverSide  true for objects that are too large for the annotation of a client-side apply
  extra       further annotations

Hooks carry Helm's annotations too, so that plain Helm runs them in the same order. Argo CD looks at its own alone.
Ordinary objects tell Argo CD not to mind when they are no longer rendered (a shard that went away, another name), since
nothing is pruned.
*/}}
{{- define "flow-sync-lib.metadata" -}}
{{- $c := .copy.c -}}
name: {{ .name | quote }}
namespace: {{ .namespace | default $c.root.Release.Namespace | quote }}
labels:
  {{- include "flow-sync-lib.labels" (dict "c" $c "component" .component) | nindent 2 }}
annotations:
{{- $annotations := merge (dict) (.extra | default dict) $c.values.annotations }}
{{- if .copy.hook }}
{{- $_ := set $annotations "argocd.argoproj.io/hook" $c.values.hook.phase }}
{{- $_ := set $annotations "argocd.argoproj.io/hook-delete-policy" "BeforeHookCreation" }}
{{- $_ := set $annotations "argocd.argoproj.io/sync-wave" .wave }}
{{- $_ := set $annotations "helm.sh/hook" (ternary "pre-install,pre-upgrade" "post-install,post-upgrade" (eq $c.values.hook.phase "PreSync")) }}
{{- $_ := set $annotations "helm.sh/hook-delete-policy" "before-hook-creation" }}
{{- $_ := set $annotations "helm.sh/hook-weight" .wave }}
{{- else }}
{{- $_ := set $annotations "argocd.argoproj.io/compare-options" "IgnoreExtraneous" }}
{{- end }}
{{- if .serverSide }}
{{- $_ := set $annotations "argocd.argoproj.io/sync-options" "ServerSideApply=true" }}
{{- end }}
{{- include "flow-sync-lib.texts" $annotations | nindent 2 }}
{{- end -}}

{{- define "flow-sync-lib.labels" -}}
{{- $labels := merge (dict) .c.values.labels -}}
{{- $_ := set $labels "app.kubernetes.io/name" "genesys-flow-sync" -}}
{{- $_ := set $labels "app.kubernetes.io/part-of" .c.name -}}
{{- $_ := set $labels "app.kubernetes.io/component" .component -}}
{{- $_ := set $labels "app.kubernetes.io/instance" .c.root.Release.Name -}}
{{- $_ := set $labels "app.kubernetes.io/managed-by" .c.root.Release.Service -}}
{{- include "flow-sync-lib.texts" $labels -}}
{{- end -}}

{{/*
What the network policies select; not app.kubernetes.io/instance, which Argo CD may rewrite.
*/}}
{{- define "flow-sync-lib.selector" -}}
app.kubernetes.io/name: genesys-flow-sync
app.kubernetes.io/part-of: {{ .name | quote }}
{{- end -}}

{{/*
A mapping of texts, each quoted: a label or annotation like yes or 1 would be no text otherwise.
*/}}
{{- define "flow-sync-lib.texts" -}}
{{- $lines := list -}}
{{- range $key, $value := . -}}
{{- $lines = append $lines (printf "%s: %s" (toJson $key) (include "flow-sync-lib.scalar" $value | toJson)) -}}
{{- end -}}
{{- join "\n" $lines -}}
{{- end -}}
