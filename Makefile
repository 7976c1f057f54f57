# make verify  the main job: the recommended stack in the lab, proven and probed (no AWS account, no root)
# make test    type check, lint, format and every test
# make bench   the measured ratios
# make mutants   every entry of the mutation catalogue through the whole product; ARGS='R01 F05' for some
# make deploy STACK=… REGION=…   the stack in your AWS account, with the ordinary AWS CLI (infra/stack/deploy.mk)
SHELL := /bin/bash
.PHONY: verify test bench setup mutants

setup: node_modules/.package-lock.json

# Not `npm ci`: it insists on a lock entry for every platform's binary, and a registry mirror need not have them all.
node_modules/.package-lock.json: package.json package-lock.json
	@node -e 'const [a,b]=process.versions.node.split(".").map(Number); if (a<20||(a===20&&b<19)) { console.error("Node 20.19 or later is needed; this is "+process.version); process.exit(3) }'
	@npm install --no-save --no-fund --no-audit --loglevel=error
	@touch $@

verify: setup
	@bin/studio-egress.js verify $(ARGS)

test: setup
	@node bin/run-tests.js

# Each part runs alone as well: node --require ./bin/typescript.js bench/proof.ts
bench: setup
	@status=0; for part in start proof z3 configuration-run api-calls account battery; do \
	  echo "== bench/$$part.ts"; node --require ./bin/typescript.js bench/$$part.ts || status=1; echo; \
	done; exit $$status

mutants: setup
	@node --require ./bin/typescript.js bench/mutants.ts $(ARGS)

include infra/stack/deploy.mk
