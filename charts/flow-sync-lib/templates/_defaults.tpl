{{/* Made from values.yaml by make charts. */}}
{{- define "flow-sync-lib.defaults" -}}
# -- The environment, as in `flows/<environment>/` and in `environments.yaml`. Required.
environment: ""

# -- Name of everything that is made (`X` in the documentation); by default the name of the release. At most 46 characters.
fullnameOverride: ""

# -- What `environments.yaml` would say, for a chart that has no such file (`{prod: {organizationId: ..., region: ...}}`).
environments: {}

flows:
  # -- Folder of the chart that holds a folder for each environment.
  folder: flows
  # -- Take the flows from this ConfigMap instead; it must exist before the first sync and needs `flows.digest`.
  existingConfigMap: ""
  # -- The digest that the files must have (`sha256:...`), for flows that are not in the chart. A new digest starts a run.
  digest: ""
  image:
    # -- Take the flows from this OCI image instead, mounted as a volume (Kubernetes 1.33 or newer); end it in `@sha256:...`.
    reference: ""
    # -- Folder of the image that holds the environment's flows.
    folder: ""
    # -- When the image is pulled: `Always`, `IfNotPresent` or `Never`.
    pullPolicy: IfNotPresent

image:
  # -- Where your image of flowsync is.
  repository: genesys-flow-sync
  # -- Its tag.
  tag: "0.1.0"
  # -- Its digest (`sha256:...`); stronger than the tag.
  digest: ""
  # -- When it is pulled: `Always`, `IfNotPresent` or `Never`.
  pullPolicy: IfNotPresent

# -- Secrets for pulling the images: `[{name: registry}]`.
imagePullSecrets: []

# Exactly one of existingSecret, externalSecret and sealedSecret.
credentials:
  # -- Name of a Secret with the OAuth client; it must exist before the first sync.
  existingSecret: ""
  # -- Key of the Secret that holds the client's id.
  clientIdKey: client_id
  # -- Key of the Secret that holds the client's secret.
  clientSecretKey: client_secret
  externalSecret:
    # -- Let the External Secrets operator make the Secret `X-credentials`.
    enabled: false
    # -- Name of the store.
    storeName: ""
    # -- Kind of the store: `SecretStore` or `ClusterSecretStore`.
    storeKind: SecretStore
    # -- How often the operator reads the store.
    refreshInterval: 1h
    clientId:
      # -- Where the client's id is in the store.
      key: ""
      # -- Property of that entry, if it has several.
      property: ""
    clientSecret:
      # -- Where the client's secret is in the store.
      key: ""
      # -- Property of that entry, if it has several.
      property: ""
  sealedSecret:
    # -- Let the Sealed Secrets controller make the Secret `X-credentials`.
    enabled: false
    # -- What the values were sealed for: `strict` (this name and namespace), `namespace-wide` or `cluster-wide`.
    scope: strict
    # -- The client's id as `kubeseal --raw` prints it.
    clientId: ""
    # -- The client's secret as `kubeseal --raw` prints it.
    clientSecret: ""

# -- Region of the organisation (`mypurecloud.de`), if the environments file does not say it.
region: ""

# -- More settings of `flowsync sync`, by their names in a config file: `{onDrift: fail, maxChanges: 30%}`.
settings: {}

# -- Further arguments of `flowsync sync`.
extraArgs: []

hook:
  # -- Argo CD's phase of the run: `PreSync` (before everything else of the application) or `Sync` (between its waves).
  phase: PreSync

# -- Seconds that a run may take by itself; it then ends with a report.
deadline: 3300
# -- Seconds after which Kubernetes ends the Job and deletes its Pod with the log; at least 120 more than `deadline`.
activeDeadlineSeconds: 3900
# -- Seconds after SIGTERM in which flows that were started are waited for.
grace: 25
# -- Seconds after SIGTERM until the container is killed; at least 10 more than `grace`.
terminationGracePeriodSeconds: 60

lock:
  # -- Let one run at a time work on an organisation, by a Lease.
  enabled: true
  # -- Namespace of Lease, state and run records; the same for all that deploy to one organisation. By default the release's.
  namespace: ""
  # -- Seconds to wait for another run.
  timeout: 300

state:
  # -- Keep what was published in a ConfigMap, so that edits made in Architect are noticed.
  enabled: true

events:
  # -- Write Kubernetes Events about the Job.
  enabled: true

drift:
  # -- Look regularly for flows that somebody changed in Architect; what is found stands in the ConfigMap `X-drift-status`.
  enabled: false
  # -- When, as in cron.
  schedule: "17 * * * *"
  # -- Time zone of the schedule.
  timeZone: Etc/UTC
  # -- Seconds that one look may take.
  deadline: 600
  # -- Further arguments of `flowsync drift`.
  extraArgs: []

rerun:
  # -- How many good runs that a person started are kept.
  successfulJobsHistoryLimit: 3
  # -- How many failed runs that a person started are kept.
  failedJobsHistoryLimit: 3

serviceAccount:
  # -- Use this ServiceAccount instead of making one; it must exist before the first sync.
  name: ""
  # -- Annotations of the ServiceAccount that is made.
  annotations: {}

rbac:
  # -- Make the Role that lock, state and Events need.
  create: true

networkPolicy:
  # -- Let the Pods reach only what they need, and be reached by nobody.
  enabled: true
  # -- Ports of DNS (OpenShift's Pods listen on 5353).
  dnsPorts: [53, 5353]
  # -- Ports of the Kubernetes API server, behind its Service.
  apiServerPorts: [443, 6443]
  # -- Further egress rules, as in a NetworkPolicy.
  extraEgress: []

proxy:
  # -- Proxy for HTTPS (`http://proxy.example:3128`).
  https: ""
  # -- Proxy for HTTP.
  http: ""
  # -- Hosts that are reached directly, separated by commas; the Kubernetes API server always is.
  noProxy: ""

ca:
  # -- ConfigMap with a bundle of certificate authorities that replaces the public ones.
  existingConfigMap: ""
  # -- Its key.
  key: ca.crt

# -- Resources of the container.
resources:
  requests:
    cpu: 50m
    memory: 128Mi
  limits:
    memory: 512Mi

securityContext:
  # -- Run as user and group 65532. `false` lets the platform choose (OpenShift).
  setIds: true

# -- More environment variables: `[{name: API_KEY, valueFrom: {secretKeyRef: {name: ivr, key: api_key}}}]`.
extraEnv: []
# -- More sources of environment variables.
extraEnvFrom: []
# -- More volumes.
extraVolumes: []
# -- More mounts.
extraVolumeMounts: []

# -- Labels of the nodes to run on.
nodeSelector: {}
# -- Taints to tolerate.
tolerations: []
# -- Affinity of the Pods.
affinity: {}
# -- Priority class of the Pods.
priorityClassName: ""
# -- Runtime class of the Pods.
runtimeClassName: ""

# -- Labels of everything.
labels: {}
# -- Annotations of everything.
annotations: {}
# -- Labels of the Pods.
podLabels: {}
# -- Annotations of the Pods.
podAnnotations: {}
# -- Links that Argo CD shows at the Job and the CronJobs: `{runbook: "https://..."}`.
links: {}
{{- end -}}
