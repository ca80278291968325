/*
 * describe_openapi.c -- the whole interface as OpenAPI 3.1. See describe.h.
 *
 * Commands, views, choices and faults come from the declarations; what belongs to the door itself
 * (sessions, streams, batches, events) is written down here and in describe_door.c, as JSON with '
 * in place of ".
 * Schemas are called fields.COMMAND, item.ITEM, choice.CHOICE, row.VIEW; a fault's texts are in
 * x-faults, a flag's in x-flags. JSON Schema counts characters and FIELD limits bytes, so that
 * maxLength is an upper bound and x-bytes-max the limit.
 */
#include "base/str.h"
#include "ledger/decode.h"
#include "ledger/describe.h"
#include "ledger/describe_door.h"
#include "ledger/view.h"

/* JSON whose quotes are apostrophes. */
static void
json(struct buffer *out, const char *text)
{
	for (; *text != '\0'; text++)
		buffer_char(out, *text == '\'' ? '"' : *text);
}

static void
text_member(struct buffer *out, const char *name, const char *value)
{
	json_name(out, name);
	json_str(out, str_of(value));
}

static void
word_member(struct buffer *out, const char *name, const char *value)
{
	json_name(out, name);
	buffer_char(out, '"');
	describe_word(out, str_of(value));
	buffer_char(out, '"');
}

static void
number_member(struct buffer *out, const char *name, int64_t value)
{
	json_name(out, name);
	buffer_i64(out, value);
}

/* "中文 · English" */
static void
texts_member(struct buffer *out, const char *name, const char *zh, const char *en)
{
	struct buffer both = { 0 };

	if (*en == '\0')
		return;
	buffer_printf(&both, "%s · %s", zh, en);
	json_name(out, name);
	json_str(out, buffer_str(&both));
	buffer_done(&both);
}

static void
roles_member(struct buffer *out, const char *name, unsigned roles)
{
	json_name(out, name);
	buffer_char(out, '[');
	for (const struct role_text *r = role_texts; r->name != NULL; r++)
		if ((r->bit & roles) != 0) {
			json_next(out);
			buffer_char(out, '"');
			describe_word(out, str_of(r->name));
			buffer_char(out, '"');
		}
	buffer_char(out, ']');
}

static void
ref_member(struct buffer *out, const char *kind, const char *name)
{
	json_next(out);
	buffer_printf(out, "\"$ref\":\"#/components/schemas/%s%s\"", kind, name);
}

/* ---- requests ---- */

static void
number_limits(struct buffer *out, const struct field *f)
{
	if (f->kind == KIND_ID) {
		if (f->lo > INT64_MIN)
			number_member(out, "x-min", f->lo);
		if (f->hi < ID_MAX)
			number_member(out, "x-max", f->hi);
		return;
	}
	number_member(out, "minimum", f->lo < -JSON_INT_MAX ? -JSON_INT_MAX : f->lo);
	number_member(out, "maximum", f->hi > JSON_INT_MAX ? JSON_INT_MAX : f->hi);
}

static void
text_limits(struct buffer *out, const struct field *f)
{
	if (f->hi >= JSON_INT_MAX)
		return; /* the body's own limit holds */
	number_member(out, "minLength", f->lo > 0 ? (f->lo + 3) / 4 : 0);
	number_member(out, "maxLength", f->hi);
	number_member(out, "x-bytes-min", f->lo > 0 ? f->lo : 0);
	number_member(out, "x-bytes-max", f->hi);
}

/* The members of a field's or parameter's schema. */
static void
field_schema(struct buffer *out, const struct field *f)
{
	switch (f->kind) {
	case KIND_ID:
		ref_member(out, "", "id");
		number_limits(out, f);
		break;
	case KIND_AREA:
		ref_member(out, "", "area");
		break;
	case KIND_TEXT:
		text_member(out, "type", "string");
		text_limits(out, f);
		break;
	case KIND_INT:
		text_member(out, "type", "integer");
		number_limits(out, f);
		break;
	case KIND_TIME:
		ref_member(out, "", "time_in");
		break;
	case KIND_DATE:
		ref_member(out, "", "date");
		break;
	case KIND_BOOL:
		text_member(out, "type", "boolean");
		break;
	case KIND_CHOICE:
		ref_member(out, "choice.", f->choice->name);
		break;
	case KIND_LIST:
		text_member(out, "type", "array");
		number_member(out, "maxItems", f->hi);
		json_name(out, "items");
		buffer_char(out, '{');
		ref_member(out, "item.", f->item->name);
		buffer_char(out, '}');
		break;
	case KIND_COUNT:
	case KIND_SEALED:
		break; /* of columns only */
	}
	texts_member(out, "description", f->zh, f->en);
	word_member(out, "x-class", class_names[f->class]);
}

static void
fields_schema(struct buffer *out, const struct field *fields)
{
	json(out, "{'type':'object','additionalProperties':false,'properties':{");
	for (const struct field *f = fields; f->name != NULL; f++) {
		json_name(out, f->name);
		buffer_char(out, '{');
		field_schema(out, f);
		buffer_char(out, '}');
	}
	json(out, "},'required':[");
	for (const struct field *f = fields; f->name != NULL; f++)
		if (f->need == REQUIRED) {
			json_next(out);
			json_str(out, str_of(f->name));
		}
	json(out, "]}");
}

static void
item_schema(struct buffer *out, const struct item *item)
{
	json_next(out);
	buffer_printf(out, "\"item.%s\":", item->name);
	fields_schema(out, item->fields);
}

static void
choice_schema(struct buffer *out, const struct choice *choice)
{
	json_next(out);
	buffer_printf(out, "\"choice.%s\":{\"type\":\"string\",\"enum\":[", choice->name);
	for (int64_t i = 0; i < choice->count; i++)
		if (choice->options[i].name != NULL) {
			json_next(out);
			buffer_char(out, '"');
			describe_word(out, str_of(choice->options[i].name));
			buffer_char(out, '"');
		}
	json(out, "],'x-texts':{");
	for (int64_t i = 0; i < choice->count; i++)
		if (choice->options[i].name != NULL) {
			json_next(out);
			buffer_char(out, '"');
			describe_word(out, str_of(choice->options[i].name));
			json(out, "':{");
			text_member(out, "zh", choice->options[i].zh);
			text_member(out, "en", choice->options[i].en);
			buffer_char(out, '}');
		}
	json(out, "}}");
}

/* ---- answers ---- */

/* {"place":"building"}: parameters and columns; or parameters and options. */
static void
openings_object(struct buffer *out, const char *name, const struct column *c, bool is_option)
{
	struct str     rest = str_of(c->opens_with);
	struct opening o;

	json_name(out, name);
	buffer_char(out, '{');
	while (describe_opens(c, &rest, &o)) {
		if (o.is_option != is_option)
			continue;
		json_next(out);
		json_str(out, o.param);
		json(out, ":'");
		if (is_option)
			describe_word(out, o.from);
		else
			buffer_add(out, o.from);
		buffer_char(out, '"');
	}
	buffer_char(out, '}');
}

static void
count_members(struct buffer *out, const struct column *c)
{
	json(out, ",'x-counts':{");
	text_member(out, "view", c->opens->name);
	openings_object(out, "with", c, false);
	openings_object(out, "fixed", c, true);
	buffer_char(out, '}');
}

/* Members of a column's schema. null: there is none, or it is masked for who asks. */
static void
column_schema(struct buffer *out, const struct column *c)
{
	switch (c->kind) {
	case KIND_ID:
	case KIND_AREA:
		json(out, "'type':['string','null'],'pattern':'^-?[0-9]{1,19}$'");
		break;
	case KIND_TEXT:
	case KIND_SEALED:
		json(out, "'type':'string'");
		break;
	case KIND_INT:
	case KIND_COUNT:
		json(out, "'type':['integer','null']");
		break;
	case KIND_TIME:
		json(out, "'type':['string','null'],'format':'date-time'");
		break;
	case KIND_DATE:
		json(out, "'type':['string','null'],'format':'date'");
		break;
	case KIND_BOOL:
		json(out, "'type':['boolean','null']");
		break;
	case KIND_CHOICE:
		buffer_printf(out, "\"anyOf\":[{\"$ref\":\"#/components/schemas/choice.%s\"},"
		    "{\"type\":\"null\"}]", c->choice->name);
		break;
	case KIND_LIST:
		break; /* of fields only */
	}
	texts_member(out, "description", c->zh, c->en);
	word_member(out, "x-class", class_names[c->class]);
	roles_member(out, "x-roles", class_clear_for[c->class]);
	if (c->kind == KIND_COUNT)
		count_members(out, c);
}

static void
row_schema(struct buffer *out, const struct view *v)
{
	json_next(out);
	buffer_printf(out, "\"row.%s\":", v->name);
	json(out, "{'type':'object','additionalProperties':false,'properties':{'area':{"
	          "'$ref':'#/components/schemas/area','description':"
	          "'仅在街道及以上查询时 · Only when asked for in a street or above'}");
	for (const struct column *c = v->columns; c->name != NULL; c++) {
		json_name(out, c->name);
		buffer_char(out, '{');
		column_schema(out, c);
		buffer_char(out, '}');
	}
	json(out, "},'required':[");
	for (const struct column *c = v->columns; c->name != NULL; c++) {
		json_next(out);
		json_str(out, str_of(c->name));
	}
	json(out, "]}");
}

/* ---- paths ---- */

/* The answers that anything behind a session or a token may give. */
static const char usual_responses[] =
    "'400':{'$ref':'#/components/responses/invalid'},"
    "'401':{'$ref':'#/components/responses/unknown_asker'},"
    "'503':{'$ref':'#/components/responses/busy'}";

static bool
has_fault(const struct module *m, int status)
{
	for (size_t i = 0; i < m->fault_count; i++)
		if (m->faults[i].http == status)
			return true;
	return false;
}

/* Faults of the command's module with one status, beside what the door itself says with it. */
static void
fault_response(struct buffer *out, const struct module *m, int status)
{
	struct buffer about = { 0 };

	for (size_t i = 0; i < m->fault_count; i++)
		if (m->faults[i].http == status)
			buffer_printf(&about, "%s%s: %s · %s", about.n > 0 ? "\n" : "",
			    m->faults[i].name, m->faults[i].zh, m->faults[i].en);
	json_next(out);
	buffer_printf(out, "\"%d\":{", status);
	json_name(out, "description");
	json_str(out, buffer_str(&about));
	buffer_done(&about);
	json(out, ",'x-faults':[");
	for (size_t i = 0; i < m->fault_count; i++)
		if (m->faults[i].http == status) {
			json_next(out);
			json_str(out, str_of(m->faults[i].name));
		}
	json(out, "],'content':{'application/json':{'schema':{'anyOf':["
	          "{'$ref':'#/components/schemas/fault'},"
	          "{'$ref':'#/components/schemas/error'}]}}}}");
}

static void
command_responses(struct buffer *out, const struct command *c)
{
	json(out, "'responses':{'200':{'$ref':'#/components/responses/outcome'},"
	          "'202':{'$ref':'#/components/responses/aside'},"
	          "'413':{'$ref':'#/components/responses/too_large'},");
	json(out, usual_responses);
	for (int status = 401; status < 500 && !c->is_fact; status++)
		if (has_fault(c->module, status))
			fault_response(out, c->module, status);
	if (!c->is_fact && !has_fault(c->module, 403))
		json(out, ",'403':{'$ref':'#/components/responses/forbidden'}");
	buffer_char(out, '}');
}

static void
command_path(struct buffer *out, const struct command *c)
{
	json_next(out);
	buffer_printf(out, "\"/api/commands/%s\":{\"post\":{", c->name);
	text_member(out, "operationId", c->name);
	json_name(out, "tags");
	buffer_printf(out, "[\"%s\"]", c->module->name);
	texts_member(out, "summary", c->zh, c->en);
	text_member(out, "x-kind", c->is_fact ? "fact" : "decision");
	roles_member(out, "x-roles", c->roles);
	json(out, ",'security':[{'stream':[]}],"
	          "'parameters':[{'$ref':'#/components/parameters/at'}],"
	          "'requestBody':{'content':{'application/json':{'schema':{");
	ref_member(out, "fields.", c->name);
	json(out, "}}}");
	for (const struct field *f = c->fields; f->name != NULL; f++)
		if (f->need == REQUIRED) {
			json(out, ",'required':true");
			break;
		}
	json(out, "},");
	command_responses(out, c);
	json(out, "}}");
}

static void
param_object(struct buffer *out, const struct field *f)
{
	json_next(out);
	buffer_char(out, '{');
	text_member(out, "name", f->name);
	json(out, ",'in':'query','required':");
	json(out, f->need == REQUIRED ? "true" : "false");
	json_name(out, "schema");
	buffer_char(out, '{');
	field_schema(out, f);
	json(out, "}}");
}

static void
view_path(struct buffer *out, const struct view *v)
{
	json_next(out);
	buffer_printf(out, "\"/api/views/%s\":{\"get\":{\"operationId\":\"%s\",\"tags\":[\"%s\"]",
	    v->name, v->name, v->module->name);
	texts_member(out, "summary", v->zh, v->en);
	roles_member(out, "x-roles", v->roles);
	json(out, ",'security':[{'session':[]},{'stream':[]}],'parameters':["
	          "{'$ref':'#/components/parameters/area'},"
	          "{'$ref':'#/components/parameters/after'},"
	          "{'$ref':'#/components/parameters/limit'},"
	          "{'$ref':'#/components/parameters/skip'},"
	          "{'$ref':'#/components/parameters/format'},"
	          "{'$ref':'#/components/parameters/lang'},"
	          "{'$ref':'#/components/parameters/reveal'}");
	if (v->sql->as_of >= 0)
		json(out, ",{'$ref':'#/components/parameters/as_of'}");
	for (const struct field *f = v->params; f->name != NULL; f++)
		param_object(out, f);
	json(out, "],'responses':{'200':{'description':'一页 · A page',"
	          "'headers':{'ETag':{'schema':{'type':'string'}}},'content':{"
	          "'application/json':{'schema':{'type':'object','required':['rows','next'],"
	          "'properties':{'rows':{'type':'array','items':{");
	ref_member(out, "row.", v->name);
	json(out, "}},'next':{'type':['string','null'],'description':"
	          "'下一页的 after · after, for the next page; null: that was all'}}}},"
	          "'text/csv':{'schema':{'type':'string'}},"
	          "'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet':{}}},"
	          "'304':{'description':'没有变化 · Nothing has changed since If-None-Match'},"
	          "'403':{'$ref':'#/components/responses/forbidden'},"
	          "'404':{'$ref':'#/components/responses/missing'},"
	          "'413':{'$ref':'#/components/responses/too_large'},");
	json(out, usual_responses);
	json(out, "}}}");
}

/* ---- the door itself ---- */

static const char head[] =
    "{'openapi':'3.1.0','info':{'title':'Redvest','version':'1','license':"
    "{'name':'Apache-2.0','identifier':'Apache-2.0'},'description':"
    "'Every change is a command, appended to a ledger. A fact is never refused: what is odd about "
    "it raises a flag. A decision may be refused with a fault.\\n\\nIds and areas are strings of "
    "digits. Times are RFC 3339 in UTC; requests may give milliseconds since 1970 instead. An "
    "optional field may be left out or null. A text that is masked has stars, another masked value "
    "is null. What a session changes is taken only with the header X-Redvest: 1.'},"
    "'servers':[{'url':'/'}],'security':[{'session':[]},{'stream':[]}],";

static const char batch_path[] =
    "'/api/commands':{'post':{'operationId':'commands_post','tags':['door'],"
    "'summary':'一批记录 · Commands of one stream, in order','security':[{'stream':[]}],"
    "'requestBody':{'required':true,'content':{'application/json':{'schema':"
    "{'$ref':'#/components/schemas/request'}}}},'responses':{"
    "'200':{'description':'逐条结果 · What came of each','content':{'application/json':"
    "{'schema':{'$ref':'#/components/schemas/answer'}}}},"
    "'409':{'description':'流水已分叉 · The stream has forked: enrol again','content':"
    "{'application/json':{'schema':{'allOf':[{'$ref':'#/components/schemas/answer'},"
    "{'$ref':'#/components/schemas/error'}]}}}},"
    "'413':{'$ref':'#/components/responses/too_large'},"
    "'429':{'$ref':'#/components/responses/too_often'},";

static const char parameters[] =
    "'parameters':{"
    "'area':{'name':'area','in':'query','schema':{'$ref':'#/components/schemas/area'},"
    "'description':'辖区，缺省为本人所属 · Area; that of the asker when not given'},"
    "'after':{'name':'after','in':'query','schema':{'type':'string'},"
    "'description':'上一页的 next · next of the page before'},"
    "'skip':{'name':'skip','in':'query','schema':{'type':'integer','minimum':0,'default':0},"
    "'description':'先略过的行数 · So many rows are left out first'},"
    "'format':{'name':'format','in':'query','schema':{'type':'string',"
    "'enum':['json','csv','xlsx'],'default':'json'},'description':"
    "'表格有水印并记录在案 · A sheet is watermarked, and the ledger tells of it'},"
    "'lang':{'name':'lang','in':'query','schema':{'type':'string','enum':['zh','en']},"
    "'description':'表格的语言 · Language of a sheet'},"
    "'reveal':{'name':'reveal','in':'query','schema':{'type':'string','minLength':1,"
    "'maxLength':600,'x-bytes-max':600},'description':"
    "'查看被遮盖信息的理由，记录在案 · Why masked values are wanted; the ledger tells of it'},"
    "'as_of':{'name':'as_of','in':'query','schema':{'type':'string'},'description':"
    "'截至某时或某序号时所知 · As known at a time, or at a row of the ledger'},"
    "'at':{'name':'at','in':'query','schema':{'$ref':'#/components/schemas/time_in'},"
    "'description':'何时发生，缺省为现在 · When it happened; now when not given'},"
    "'job':{'name':'job','in':'path','required':true,'schema':{'type':'string'}},"
    "'redvest':{'name':'X-Redvest','in':'header','required':true,'schema':{'const':'1'}},";

static const char schemas[] =
    "'id':{'type':'string','pattern':'^-?[0-9]{1,19}$'},"
    "'area':{'type':'string','pattern':'^[0-9]{12}$'},"
    "'time_in':{'anyOf':[{'type':'string','format':'date-time'},{'type':'integer'}]},"
    "'date':{'type':'string','format':'date'},"
    "'error':{'type':'object','required':['error','zh','en'],'properties':{"
    "'error':{'type':'string'},'zh':{'type':'string'},'en':{'type':'string'},"
    "'problems':{'type':'array','items':{'type':'object','required':['field','zh','en'],"
    "'properties':{'field':{'type':'string'},'zh':{'type':'string'},'en':{'type':'string'}}}}}},"
    "'outcome':{'type':'object','required':['n','seq','outcome','fault','flags','result'],"
    "'properties':{'n':{'type':'integer'},'seq':{'type':['string','null']},"
    "'outcome':{'enum':['done','refused','aside','early','known']},"
    "'fault':{'type':['string','null']},'flags':{'type':'array','items':"
    "{'$ref':'#/components/schemas/flag'}},'result':{'type':['object','null']}}},"
    "'answer':{'type':'object','required':['epoch','next','outcomes'],'properties':{"
    "'epoch':{'type':'integer'},'next':{'type':'integer'},'outcomes':{'type':'array','items':"
    "{'$ref':'#/components/schemas/outcome'}}}}";

static const char responses[] =
    "'responses':{"
    "'outcome':{'description':'已记录 · Taken','content':{'application/json':{'schema':"
    "{'$ref':'#/components/schemas/outcome'}}}},"
    "'aside':{'description':'已搁置，待人处理 · Set aside; somebody will look at it','content':"
    "{'application/json':{'schema':{'$ref':'#/components/schemas/outcome'}}}},"
    "'invalid':{'description':'请求有误，逐项列出 · Not valid; every bad field is listed',"
    "'content':{'application/json':{'schema':{'$ref':'#/components/schemas/error'}}}},"
    "'unknown_asker':{'description':'请先登录，或令牌无效 · Sign in first, or a wrong token',"
    "'content':{'application/json':{'schema':{'$ref':'#/components/schemas/error'}}}},"
    "'job':{'description':'任务 · The import','content':{'application/json':{'schema':"
    "{'$ref':'#/components/schemas/job'}}}},"
    "'refused':{'description':'邀请已失效或人数已满 · The invitation is over, or used up',"
    "'content':{'application/json':{'schema':{'$ref':'#/components/schemas/fault'}}}},"
    "'done_already':{'description':'已完成 · That was done already','content':{'application/json':"
    "{'schema':{'$ref':'#/components/schemas/error'}}}},"
    "'forbidden':{'description':'没有权限 · No right to this','content':{'application/json':"
    "{'schema':{'$ref':'#/components/schemas/error'}}}},"
    "'missing':{'description':'没有这个辖区 · No such area','content':{'application/json':"
    "{'schema':{'$ref':'#/components/schemas/error'}}}},"
    "'too_large':{'description':'内容过大 · Too large','content':{'application/json':"
    "{'schema':{'$ref':'#/components/schemas/error'}}}},"
    "'too_often':{'description':'请稍后再试 · Try again later','headers':{'Retry-After':"
    "{'schema':{'type':'integer'}}},'content':{'application/json':{'schema':"
    "{'$ref':'#/components/schemas/error'}}}},"
    "'busy':{'description':'未收下，请再发 · Nothing was taken, send it again','headers':"
    "{'Retry-After':{'schema':{'type':'integer'}}},'content':{'application/json':{'schema':"
    "{'$ref':'#/components/schemas/error'}}}}},";

static const char security[] =
    "'securitySchemes':{"
    "'session':{'type':'apiKey','in':'cookie','name':'redvest','description':"
    "'登录后的 cookie · The cookie that /api/session sets'},"
    "'stream':{'type':'apiKey','in':'header','name':'Authorization','description':"
    "'Stream <token>'}}}";

/* ---- all of it ---- */

/* Every command as an element of a batch, its name deciding its fields. */
static void
request_schema(struct buffer *out)
{
	json(out, ",'envelope':{'oneOf':[");
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->command_count; i++) {
			json_next(out);
			json(out, "{'type':'object','required':['n','name','at','fields'],"
			          "'properties':{'n':{'type':'integer','minimum':1},'at':{");
			ref_member(out, "", "time_in");
			json(out, "},'name':{");
			text_member(out, "const", modules[m]->commands[i].name);
			json(out, "},'fields':{");
			ref_member(out, "fields.", modules[m]->commands[i].name);
			json(out, "}}}");
		}
	json(out, "]},'request':{'type':'object','required':['commands'],'properties':{"
	          "'stream':{'$ref':'#/components/schemas/id'},"
	          "'sent':{'$ref':'#/components/schemas/time_in'},"
	          "'made':{'type':'integer','minimum':0},"
	          "'commands':{'type':'array','items':{'$ref':'#/components/schemas/envelope'}");
	number_member(out, "maxItems", BATCH_COMMANDS_MAX);
	json(out, "}}}");
}

/* The schema of a fault or flag: its name is one of these. */
static void
faults_schemas(struct buffer *out)
{
	json(out, ",'fault':{'type':'object','required':['fault','zh','en'],'properties':{"
	          "'zh':{'type':'string'},'en':{'type':'string'},'fault':{'enum':[");
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->fault_count; i++) {
			json_next(out);
			json_str(out, str_of(modules[m]->faults[i].name));
		}
	json(out, "]}}},'flag':{'type':'string','enum':[");
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->flag_count; i++) {
			json_next(out);
			json_str(out, str_of(modules[m]->flags[i]->name));
		}
	json(out, "]}");
}

static void
components(struct buffer *out)
{
	json(out, "'components':{'schemas':{");
	json(out, schemas);
	json(out, describe_door_schemas);
	faults_schemas(out);
	request_schema(out);
	describe_items(out, item_schema);
	for (size_t m = 0; modules[m] != NULL; m++) {
		for (size_t i = 0; i < modules[m]->choice_count; i++)
			choice_schema(out, modules[m]->choices[i]);
		for (size_t i = 0; i < modules[m]->command_count; i++) {
			json_next(out);
			buffer_printf(out, "\"fields.%s\":", modules[m]->commands[i].name);
			fields_schema(out, modules[m]->commands[i].fields);
		}
		for (size_t i = 0; i < modules[m]->view_count; i++)
			row_schema(out, modules[m]->views[i]);
	}
	json(out, "},");
	json(out, parameters);
	json(out, "'limit':{'name':'limit','in':'query','schema':{'type':'integer','minimum':1");
	number_member(out, "maximum", PAGE_ROWS_MAX);
	number_member(out, "default", PAGE_ROWS);
	json(out, "},'description':'每页行数 · Rows of a page'}},");
	json(out, responses);
	json(out, security);
}

static void
texts_print(struct buffer *out)
{
	json(out, ",'x-faults':{");
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->fault_count; i++) {
			json_name(out, modules[m]->faults[i].name);
			buffer_char(out, '{');
			number_member(out, "http", modules[m]->faults[i].http);
			text_member(out, "zh", modules[m]->faults[i].zh);
			text_member(out, "en", modules[m]->faults[i].en);
			buffer_char(out, '}');
		}
	json(out, "},'x-flags':{");
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->flag_count; i++) {
			json_name(out, modules[m]->flags[i]->name);
			buffer_char(out, '{');
			text_member(out, "zh", modules[m]->flags[i]->zh);
			text_member(out, "en", modules[m]->flags[i]->en);
			buffer_char(out, '}');
		}
	buffer_char(out, '}');
}

void
describe_openapi(struct buffer *out)
{
	json(out, head);
	json(out, "'tags':[{'name':'door'}");
	for (size_t m = 0; modules[m] != NULL; m++)
		buffer_printf(out, ",{\"name\":\"%s\"}", modules[m]->name);
	json(out, "],'paths':{");
	json(out, describe_session_paths);
	json(out, batch_path);
	json(out, usual_responses);
	json(out, "}}}");
	for (size_t m = 0; modules[m] != NULL; m++) {
		for (size_t i = 0; i < modules[m]->command_count; i++)
			command_path(out, &modules[m]->commands[i]);
		for (size_t i = 0; i < modules[m]->view_count; i++)
			view_path(out, modules[m]->views[i]);
	}
	buffer_char(out, ',');
	json(out, describe_job_paths);
	json(out, describe_other_paths);
	json(out, "},");
	components(out);
	texts_print(out);
	json(out, "}\n");
}
