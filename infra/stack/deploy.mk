# The CloudFormation stack by the ordinary AWS CLI. Credentials and endpoint come from the environment, as for any `aws`.
#
#   make deploy    STACK=studio REGION=eu-west-1 [TEMPLATE=infra/stack/as-published.yaml] [PARAMETERS='Key=value Key=value']
#   make unprotect STACK=studio REGION=eu-west-1   switch the firewall's protections off (studio-firewall.yaml only)
#   make delete    STACK=studio REGION=eu-west-1
#
# Parameters that are not given keep the value they have in the stack, or the template's default. Separate the values of a
# list by commas: PARAMETERS='AllowedDomains=.kaggle.com,.github.com'.
#
# Deleting: delete the domain's apps and spaces first (SageMaker refuses to delete a domain in use). Retained on purpose, and
# listed at the end: the VPC and the Studio subnet (Studio's EFS file system lives on in them), buckets, keys, log groups.

TEMPLATE ?= infra/stack/studio-firewall.yaml
PARAMETERS ?=

# Values reach the shell through the environment only, so nothing in them is ever run.
deploy unprotect delete: export STUDIO_STACK = $(STACK)
deploy unprotect delete: export STUDIO_REGION = $(REGION)
deploy unprotect delete: export STUDIO_TEMPLATE = $(TEMPLATE)
deploy unprotect delete: export STUDIO_PARAMETERS = $(PARAMETERS)
deploy unprotect delete: export AWS_PAGER =

.PHONY: deploy unprotect delete

deploy:
	@set -euf; \
	if [ -z "$$STUDIO_STACK" ] || [ -z "$$STUDIO_REGION" ]; then \
	  echo 'say which stack and where: make deploy STACK=name REGION=region' >&2; exit 3; fi; \
	if [ ! -r "$$STUDIO_TEMPLATE" ]; then echo "TEMPLATE: cannot read $$STUDIO_TEMPLATE" >&2; exit 3; fi; \
	aws cloudformation deploy --region "$$STUDIO_REGION" --stack-name "$$STUDIO_STACK" \
	  --template-file "$$STUDIO_TEMPLATE" --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset \
	  $${STUDIO_PARAMETERS:+--parameter-overrides $$STUDIO_PARAMETERS}; \
	aws cloudformation describe-stacks --region "$$STUDIO_REGION" --stack-name "$$STUDIO_STACK" --output table \
	  --query 'Stacks[0].Outputs[*].[OutputKey, OutputValue]'

unprotect:
	@set -euf; \
	if [ -z "$$STUDIO_STACK" ] || [ -z "$$STUDIO_REGION" ]; then \
	  echo 'say which stack and where: make unprotect STACK=name REGION=region' >&2; exit 3; fi; \
	aws cloudformation deploy --region "$$STUDIO_REGION" --stack-name "$$STUDIO_STACK" \
	  --template-file "$$STUDIO_TEMPLATE" --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset \
	  --parameter-overrides Protection=false

delete:
	@set -euf; \
	if [ -z "$$STUDIO_STACK" ] || [ -z "$$STUDIO_REGION" ]; then \
	  echo 'say which stack and where: make delete STACK=name REGION=region' >&2; exit 3; fi; \
	found=$$(aws cloudformation describe-stacks --region "$$STUDIO_REGION" --stack-name "$$STUDIO_STACK" --output text \
	  --query "Stacks[0].[StackId, Parameters[?ParameterKey=='Protection'] | [0].ParameterValue]"); \
	stack_id=$$(printf '%s' "$$found" | cut -f1); protection=$$(printf '%s' "$$found" | cut -f2); \
	if [ "$$protection" = true ]; then \
	  echo "$$STUDIO_STACK is protected against deletion; first: make unprotect STACK=$$STUDIO_STACK REGION=$$STUDIO_REGION" >&2; \
	  exit 1; fi; \
	aws cloudformation delete-stack --region "$$STUDIO_REGION" --stack-name "$$stack_id"; \
	aws cloudformation wait stack-delete-complete --region "$$STUDIO_REGION" --stack-name "$$stack_id"; \
	echo 'Deleted. Retained, to be deleted by hand when no longer needed:'; \
	aws cloudformation list-stack-resources --region "$$STUDIO_REGION" --stack-name "$$stack_id" --output text \
	  --query "StackResourceSummaries[?ResourceStatus=='DELETE_SKIPPED'].[ResourceType, PhysicalResourceId]"
