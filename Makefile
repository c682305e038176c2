# Thin calls of the command line; the set-up is all this file adds.
# A value typed by a user never reaches a shell unquoted: TERRITOIRE is tested for « $ » before
# anything expands it, then handed over by an environment variable.

.DEFAULT_GOAL := help
MAKEOVERRIDES :=
SHELL := /bin/sh

PYTHON ?= python3
TERRITOIRE ?= demo
TERRITOIRES ?=
NIVEAU ?= epci
PROFONDEUR ?= tout
DONNEES ?= data/raw
PARAMETRES ?=
SCENARIO ?=
AVANT ?=
APRES ?=
HORS_LIGNE ?=
QUOI ?=
# After the defaults: naming a variable here would define it.
unexport TERRITOIRE TERRITOIRES NIVEAU PROFONDEUR DONNEES PARAMETRES SCENARIO AVANT APRES HORS_LIGNE QUOI

define NEWLINE


endef
# $(value ...) gives the raw text, never expanded.
refuse = $(if $(findstring $$,$(value $1))$(findstring $(NEWLINE),$(value $1)),$(error \
  $1 refusé : ni « $$ » ni retour à la ligne n'y sont admis))
$(foreach v,TERRITOIRE TERRITOIRES NIVEAU PROFONDEUR DONNEES PARAMETRES SCENARIO AVANT APRES \
  HORS_LIGNE QUOI,$(call refuse,$v))
# One quoted word for the shell: each ' becomes '\''.
quote = '$(subst ','\'',$(value $1))'

VENV := .venv
BIN := $(VENV)/bin
ASSETS := src/diagterritoire/assets/LICENCES-web.txt
SOURCES := src tests bench outils
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input install

.PHONY: help diagnostic lot scenario comparer verifier sources test check campagnes mutation licences sbom bench bench-routes verite caler-flux docs verrous nettoyer

help: ## affiche cette aide
	@echo "diagterritoire : diagnostic de territoire en santé"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "Variables : TERRITOIRE=demo|2A|2A004|<EPCI>|bv:<code>|reg:<code>   DONNEES=data/raw"
	@echo "            PARAMETRES=fichier.toml   HORS_LIGNE=1   SCENARIO=fichier.toml"
	@echo "            AVANT=<livraison>   APRES=<livraison>"
	@echo "            TERRITOIRES=france|reg:<code>|liste.csv   NIVEAU=epci|bv|departement"
	@echo "            PROFONDEUR=tableaux|cartes|tout"

diagnostic: $(VENV)/base $(VENV)/boucles $(ASSETS) ## le diagnostic complet de TERRITOIRE (par défaut : demo)
	@DIAG_TERRITOIRE=$(call quote,TERRITOIRE) DIAG_DONNEES=$(call quote,DONNEES) \
	DIAG_PARAMETRES=$(call quote,PARAMETRES) DIAG_HORS_LIGNE=$(if $(filter-out 0,$(HORS_LIGNE)),1) \
	sh -c 'exec "$$0" -m diagterritoire diagnostic --donnees "$$DIAG_DONNEES" \
	  $${DIAG_PARAMETRES:+--parametres "$$DIAG_PARAMETRES"} \
	  $${DIAG_HORS_LIGNE:+--hors-ligne} -- "$$DIAG_TERRITOIRE"' $(BIN)/python

lot: $(VENV)/base $(VENV)/boucles $(ASSETS) ## le diagnostic de chaque territoire de TERRITOIRES=france, reg:28 ou liste.csv (NIVEAU=, PROFONDEUR=)
	@DIAG_TERRITOIRES=$(call quote,TERRITOIRES) DIAG_DONNEES=$(call quote,DONNEES) \
	DIAG_NIVEAU=$(call quote,NIVEAU) DIAG_PROFONDEUR=$(call quote,PROFONDEUR) \
	DIAG_PARAMETRES=$(call quote,PARAMETRES) DIAG_HORS_LIGNE=$(if $(filter-out 0,$(HORS_LIGNE)),1) \
	sh -c 'exec "$$0" -m diagterritoire lot --donnees "$$DIAG_DONNEES" \
	  --niveau "$$DIAG_NIVEAU" --profondeur "$$DIAG_PROFONDEUR" \
	  $${DIAG_PARAMETRES:+--parametres "$$DIAG_PARAMETRES"} \
	  $${DIAG_HORS_LIGNE:+--hors-ligne} -- "$$DIAG_TERRITOIRES"' $(BIN)/python

scenario: $(VENV)/base $(VENV)/boucles $(ASSETS) ## compare le scénario SCENARIO=fichier.toml à la situation présente de TERRITOIRE
	@DIAG_TERRITOIRE=$(call quote,TERRITOIRE) DIAG_DONNEES=$(call quote,DONNEES) \
	DIAG_PARAMETRES=$(call quote,PARAMETRES) DIAG_HORS_LIGNE=$(if $(filter-out 0,$(HORS_LIGNE)),1) \
	DIAG_SCENARIO=$(call quote,SCENARIO) \
	sh -c 'exec "$$0" -m diagterritoire scenario --donnees "$$DIAG_DONNEES" \
	  $${DIAG_PARAMETRES:+--parametres "$$DIAG_PARAMETRES"} \
	  $${DIAG_HORS_LIGNE:+--hors-ligne} -- "$$DIAG_TERRITOIRE" "$$DIAG_SCENARIO"' $(BIN)/python

comparer: $(VENV)/base ## ce qui a bougé entre deux livraisons d'un territoire : AVANT= et APRES=, noms ou dossiers
	@DIAG_AVANT=$(call quote,AVANT) DIAG_APRES=$(call quote,APRES) \
	sh -c 'exec "$$0" -m diagterritoire comparer -- "$$DIAG_AVANT" "$$DIAG_APRES"' $(BIN)/python

verifier: $(VENV)/base ## relit la livraison de TERRITOIRE et la compare à son manifeste, fichier par fichier
	@DIAG_TERRITOIRE=$(call quote,TERRITOIRE) \
	sh -c 'exec "$$0" -m diagterritoire verifier -- "$$DIAG_TERRITOIRE"' $(BIN)/python

sources: $(VENV)/base ## les sources connues : trouvées ou manquantes dans DONNEES
	@DIAG_DONNEES=$(call quote,DONNEES) \
	sh -c 'exec "$$0" -m diagterritoire sources --donnees "$$DIAG_DONNEES"' $(BIN)/python

test: $(VENV)/test $(ASSETS) ## tous les tests, sans réseau
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(VENV)/test $(ASSETS) ## ce que lance l'intégration continue : forme, types, étages, tests
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python outils/assembler_web.py --verifier
	$(MAKE) --no-print-directory test

campagnes: $(VENV)/test $(ASSETS) ## fichiers abîmés ou hostiles, livraisons et lots tués, disques pleins, exécutions simultanées (une à deux heures)
	$(BIN)/python -m pytest -n 0 tests/slow_damage.py tests/slow_delivery.py tests/slow_runs.py tests/slow_batch.py
	$(BIN)/python -m pytest -n 0 tests/slow_hostile_files.py tests/slow_hostile_names.py tests/slow_hostile_text.py tests/slow_secrecy.py tests/slow_secret_files.py

mutation: $(VENV)/test $(ASSETS) ## de petits changements du noyau, et combien les tests en remarquent (une à deux heures)
	$(BIN)/python -m bench.mutation

licences: $(VENV)/test ## relit les licences des bibliothèques verrouillées (requirements/licences.csv)
	$(BIN)/python outils/inventaire.py licences

sbom: $(VENV)/base ## écrit sbom.cdx.json, l'inventaire CycloneDX de ce qui est installé pour l'exécution
	$(BIN)/python outils/inventaire.py sbom

bench: $(VENV)/test $(VENV)/boucles $(ASSETS) ## les mesures, à côté d'autres outils (QUOI=diagnostic|carte|temps|tirages|fermete|france|concurrents|implantation|valhalla)
	$(BIN)/python -m bench $(if $(value QUOI),$(call quote,QUOI))

caler-flux: $(VENV)/base ## recale la décroissance des flux modélisés sur la référence nationale (une minute)
	@DIAG_DONNEES=$(call quote,DONNEES) sh -c 'exec "$$0" outils/caler_flux.py "$$DIAG_DONNEES"' $(BIN)/python

bench-routes: $(VENV)/test $(ASSETS) ## lire des routes, à côté de pyrosm et d'osmnx (MEMOIRE=1 : 250 Mo de plus)
	$(BIN)/python -m bench.routes $(if $(filter 1,$(value MEMOIRE)),--memoire)

verite: $(VENV)/test ## l'APL de la France à vol d'oiseau et de la Corse par la route, à côté de la publiée
	$(BIN)/python -m bench.verite
	$(BIN)/python -m bench.corse

docs: $(VENV)/base ## régénère docs/donnees.md, docs/parametres.md et docs/carte.md
	$(BIN)/python outils/ecrire_docs.py

verrous: ## refait les fichiers de versions verrouillées (demande uv)
	outils/verrouiller.sh

nettoyer: ## supprime l'environnement et les fichiers construits (jamais vos données ni vos résultats)
	rm -rf $(VENV) .bench web/node_modules src/diagterritoire/assets

# --- Set-up ------------------------------------------------------------------------------------

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 15) else \
	"diagterritoire demande Python 3.11 à 3.14 ; ici %d.%d. Essayez : make PYTHON=python3.12" % v)'
	@echo "Création de l'environnement Python dans $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/base: requirements/base.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installation des bibliothèques (une seule fois, une à trois minutes)"
	@$(PIP) --require-hashes -r requirements/base.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# A search that could not be compiled here will be where it is first wanted: nothing to stop for.
$(VENV)/boucles: outils/compiler_boucles.py $(wildcard src/diagterritoire/network/kernels/*.py) $(VENV)/base
	@echo "Compilation des recherches de trajets (une seule fois, un quart de minute)"
	@$(BIN)/python outils/compiler_boucles.py || echo "Elles seront compilées au premier besoin."
	@touch $@

$(VENV)/test: requirements/test.lock $(VENV)/base
	@echo "Installation de ce que demandent les tests (une seule fois)"
	@$(PIP) --require-hashes -r requirements/test.lock
	@touch $@

$(ASSETS): web/package-lock.json web/build.mjs web/package.json web/tsconfig.json $(wildcard web/src/* web/src/*/*) outils/assembler_web.py | $(VENV)/base
	@echo "Assemblage de la carte"
	@$(BIN)/python outils/assembler_web.py
