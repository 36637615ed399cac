# The backlog, folder rules and sheets, in English.
# field-…: what a column or placeholder holds; rule-…: why a text is no folder rule; path-…: why a path does not match one.

## Fields

field-project = project
field-outlet = outlet
field-customer = customer
field-customer-kind = customer kind
field-customer-id = customer ID
field-business = business
field-date = date
field-outcome = outcome
field-tags = tags
field-box = box
field-files = files
field-serial = certificate serial
field-kind = kind of document
field-page = page
field-skip = not filed

## Folder rules

rule-empty = The rule is empty. Write for example {"{"}project{"}"}/{"{"}customer{"}"}/{"{"}kind{"}"}
rule-empty-level = A part between two slashes is empty or only dots.
rule-bracket = A bracket { $bracket } has no partner.
rule-unknown = No placeholder is called "{ $word }". There are: project, outlet, customer, customer-kind, customer-id, business, date, outcome, tags, box, serial, kind, page, * (any), and their Chinese names.
rule-not-in-path = No path can say this: { $field }.
rule-side-by-side = Nothing stands between { $first } and { $second }, so nobody can tell where the first ends. Put a mark such as _ between them.
rule-too-many-optional = Over { $limit } parts in square brackets in one name.
rule-no-place = The rule has no placeholder such as {"{"}customer{"}"}.
path-depth = The rule has { $wanted } levels, the path { $found }.
path-shape = "{ $name }" is not written as { $level }.
path-value = "{ $text }" is none of what can stand here: { $field }.
path-differs = The path says two things of one ({ $field }): "{ $first }" and "{ $second }".
path-ambiguous = "{ $name }" can be read in two ways: { $first }, or { $second }.
path-tangled = "{ $name }" is too tangled to be read by the rule.
