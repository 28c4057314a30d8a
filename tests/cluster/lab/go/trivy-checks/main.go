// Command trivy-checks evaluates the checks of `trivy config` (module trivy-checks, unchanged) on Kubernetes objects and
// Dockerfiles. Trivy itself is not to be had as a Go module; its checks are, and they are what judges.
//
// It reads a JSON list [{"name": ..., "object": {...}} or {"name": ..., "dockerfile": "text"}] from stdin and writes a
// JSON list [{"name", "check", "severity", "title", "message"}] of what the checks deny to stdout.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path"
	"strings"

	checks "github.com/aquasecurity/trivy-checks"
	builtins "github.com/aquasecurity/trivy-checks/pkg/rego"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/types"
)

type target struct {
	Name       string         `json:"name"`
	Object     map[string]any `json:"object"`
	Dockerfile string         `json:"dockerfile"`
}

type finding struct {
	Name     string `json:"name"`
	Check    string `json:"check"`
	Severity string `json:"severity"`
	Title    string `json:"title"`
	Message  string `json:"message"`
}

type check struct {
	id, severity, title string
	deny                rego.PreparedEvalQuery
}

func main() {
	log.SetFlags(0)
	var targets []target
	if err := json.NewDecoder(os.Stdin).Decode(&targets); err != nil {
		log.Fatalf("stdin is no list of targets: %v", err)
	}
	register()
	kubernetes, docker := load("kubernetes"), load("docker")
	findings := []finding{}
	for _, one := range targets {
		if one.Dockerfile != "" {
			findings = append(findings, judge(one.Name, stages(one.Dockerfile), docker)...)
		} else {
			findings = append(findings, judge(one.Name, one.Object, kubernetes)...)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(findings); err != nil {
		log.Fatal(err)
	}
}

// register declares the functions that trivy brings along for its checks.
func register() {
	builtins.RegisterBuiltins()
	rego.RegisterBuiltin2(
		&rego.Function{Name: "result.new", Decl: types.NewFunction(types.Args(types.S, types.A), types.A)},
		func(_ rego.BuiltinContext, message, _ *ast.Term) (*ast.Term, error) {
			return ast.ObjectTerm(ast.Item(ast.StringTerm("msg"), message)), nil
		})
	// The libraries for clouds ask for it; nothing of Kubernetes or Docker does.
	rego.RegisterBuiltin1(
		&rego.Function{Name: "isManaged", Decl: types.NewFunction(types.Args(types.A), types.B)},
		func(_ rego.BuiltinContext, _ *ast.Term) (*ast.Term, error) { return ast.BooleanTerm(true), nil })
}

// load compiles the checks of one kind of input; those that trivy leaves out by default (deprecated ones, and those of
// other frameworks than its own) are left out here, too.
func load(kind string) []check {
	modules := map[string]*ast.Module{}
	parse(checks.EmbeddedLibraryFileSystem, "lib", modules)
	own := map[string]*ast.Module{}
	parse(checks.EmbeddedPolicyFileSystem, path.Join("checks", kind), own)
	for name, module := range own {
		modules[name] = module
	}
	compiler := ast.NewCompiler()
	if compiler.Compile(modules); compiler.Failed() {
		log.Fatal(compiler.Errors)
	}
	var loaded []check
	for name, module := range own {
		custom, title := metadata(module)
		id, _ := custom["id"].(string)
		severity, _ := custom["severity"].(string)
		if id == "" || severity == "" || custom["deprecated"] == true || elsewhere(custom) {
			continue
		}
		query := rego.Query(module.Package.Path.String() + ".deny")
		prepared, err := rego.New(query, rego.Compiler(compiler)).PrepareForEval(context.Background())
		if err != nil {
			log.Fatalf("%s: %v", name, err)
		}
		loaded = append(loaded, check{id, strings.ToUpper(severity), title, prepared})
	}
	if len(loaded) == 0 {
		log.Fatalf("there are no checks for %s", kind)
	}
	return loaded
}

func elsewhere(custom map[string]any) bool {
	frameworks, given := custom["frameworks"].(map[string]any)
	_, usual := frameworks["default"]
	return given && !usual
}

func metadata(module *ast.Module) (map[string]any, string) {
	for _, annotation := range module.Annotations {
		if annotation.Scope == "package" {
			return annotation.Custom, annotation.Title
		}
	}
	return nil, ""
}

func parse(files fs.FS, root string, into map[string]*ast.Module) {
	err := fs.WalkDir(files, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".rego") || strings.HasSuffix(name, "_test.rego") {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		module, err := ast.ParseModuleWithOpts(name, string(text), ast.ParserOptions{ProcessAnnotation: true})
		if err == nil {
			into[name] = module
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
}

func judge(name string, input any, all []check) []finding {
	var found []finding
	for _, one := range all {
		results, err := one.deny.Eval(context.Background(), rego.EvalInput(input))
		if err != nil {
			log.Fatalf("%s on %s: %v", one.id, name, err)
		}
		for _, result := range results {
			denied, _ := result.Expressions[0].Value.([]any)
			for _, each := range denied {
				message := fmt.Sprint(each)
				if object, is := each.(map[string]any); is {
					message = fmt.Sprint(object["msg"])
				}
				found = append(found, finding{name, one.id, one.severity, one.title, message})
			}
		}
	}
	return found
}

// stages gives a Dockerfile the shape that the checks read: {"Stages": [{"Name", "Commands": [...]}]}.
func stages(text string) map[string]any {
	parsed, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		log.Fatalf("Dockerfile: %v", err)
	}
	all := []any{}
	var stage map[string]any
	for _, node := range parsed.AST.Children {
		command := strings.ToLower(node.Value)
		values := []any{}
		for next := node.Next; next != nil; next = next.Next {
			values = append(values, next.Value)
		}
		if command == "from" {
			words := make([]string, len(values))
			for index, value := range values {
				words[index] = value.(string)
			}
			stage = map[string]any{"Name": strings.Join(words, " "), "Commands": []any{}}
			all = append(all, stage)
		}
		if stage == nil {
			continue // an ARG before the first FROM
		}
		flags := []any{}
		for _, flag := range node.Flags {
			flags = append(flags, flag)
		}
		stage["Commands"] = append(stage["Commands"].([]any), map[string]any{
			"Cmd": command, "Value": values, "Flags": flags, "Original": node.Original, "JSON": node.Attributes["json"],
			"Stage": len(all) - 1, "StartLine": node.StartLine, "EndLine": node.EndLine, "Path": "Dockerfile",
		})
	}
	return map[string]any{"Stages": all}
}
