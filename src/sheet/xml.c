/*
 * xml.c -- one part of a workbook through expat, with what makes XML dangerous refused.
 *
 * A DOCTYPE ends the parse at once, and with it entities of every kind. Three things would let a
 * small file take much memory inside expat: depth, different names (it keeps each of them), and a
 * tag that does not end. All have limits here.
 */
#include <errno.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "sheet/inside.h"

const char *
xml_local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon == NULL ? name : colon + 1;
}

const char *
xml_att(const char **atts, const char *local)
{
	for (; atts[0] != NULL; atts += 2)
		if (strcmp(xml_local(atts[0]), local) == 0)
			return atts[1];
	return NULL;
}

bool
xml_is_true(const char *value)
{
	return value != NULL &&
	    (strcmp(value, "1") == 0 || strcmp(value, "true") == 0 || strcmp(value, "on") == 0);
}

void
xml_refuse(struct xml *xml, int result)
{
	xml->result = result;
	(void)XML_StopParser(xml->parser, XML_FALSE);
}

void
xml_suspend(struct xml *xml)
{
	xml->is_suspended = true;
	(void)XML_StopParser(xml->parser, XML_TRUE);
}

void
xml_end(struct xml *xml)
{
	xml->is_ended = true;
	(void)XML_StopParser(xml->parser, XML_FALSE);
}

/* False when this name is one too many. Names of one letter are few by nature. */
static bool
name_is_welcome(struct xml *xml, const char *name)
{
	uint64_t hash;
	size_t   at;

	if (name[0] != '\0' && name[1] == '\0')
		return true;
	hash = str_hash(str_of(name)) | 1;
	for (at = hash >> 32; xml->names[at % LEN(xml->names)] != hash; at++) {
		if (xml->names[at % LEN(xml->names)] != 0)
			continue;
		if (xml->name_count >= xml->limits->xml_names_max ||
		    xml->name_count >= LEN(xml->names) / 2)
			return false;
		xml->names[at % LEN(xml->names)] = hash;
		xml->name_count++;
		break;
	}
	return true;
}

static void
on_start(void *user, const char *name, const char **atts)
{
	struct xml *xml = user;
	bool        is_welcome = name_is_welcome(xml, name);

	if (xml->result != 0 || xml->is_ended)
		return;
	for (size_t i = 0; is_welcome && atts[i] != NULL; i += 2)
		is_welcome = name_is_welcome(xml, atts[i]);
	if (!is_welcome)
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_xml_names_max,
		    xml->limits->xml_names_max));
	else if (++xml->depth > xml->limits->xml_depth_max)
		xml_refuse(xml, fault_limit(xml->fault, SHEET_CODE_sheet_xml_depth_max,
		    xml->limits->xml_depth_max));
	else
		xml->handlers->start(xml, xml_local(name), atts);
}

static void
on_end(void *user, const char *name)
{
	struct xml *xml = user;

	if (xml->result != 0 || xml->is_ended)
		return;
	xml->depth--;
	xml->handlers->end(xml, xml_local(name));
}

static void
on_text(void *user, const char *p, int n)
{
	struct xml *xml = user;

	if (xml->result == 0 && !xml->is_ended && xml->handlers->text != NULL)
		xml->handlers->text(xml, (struct str){ p, (size_t)n });
}

static void
on_doctype(void *user, const char *name, const char *system_id, const char *public_id,
    int has_internal_subset)
{
	struct xml *xml = user;

	(void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
	xml_refuse(xml, fault_set(xml->fault, SHEET_CODE_sheet_xml_doctype));
}

void
xml_init(struct xml *xml, const struct xml_handlers *handlers, void *context,
    const struct sheet_limits *limits, struct sheet_fault *fault)
{
	*xml = (struct xml){
		.handlers = handlers, .context = context, .limits = limits, .fault = fault,
	};
	xml->parser = XML_ParserCreate(NULL);
	if (xml->parser == NULL)
		abort(); /* out of memory, as in arena.c */
	XML_SetUserData(xml->parser, xml);
	XML_SetElementHandler(xml->parser, on_start, on_end);
	XML_SetCharacterDataHandler(xml->parser, on_text);
	XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
}

void
xml_done(struct xml *xml)
{
	if (xml->parser != NULL)
		XML_ParserFree(xml->parser);
	part_close(&xml->part);
	xml->parser = NULL;
}

/* Expat reads a tag that is not complete again with every chunk. */
static bool
is_token_endless(const struct xml *xml)
{
	XML_Index at = XML_GetCurrentByteIndex(xml->parser);

	return at >= 0 && (uint64_t)at < xml->bytes_fed &&
	    xml->bytes_fed - (uint64_t)at > xml->limits->xml_token_bytes_max;
}

static int
status_result(struct xml *xml, enum XML_Status status)
{
	if (xml->result != 0)
		return xml->result;
	if (xml->is_ended)
		return 0;
	if (status == XML_STATUS_SUSPENDED)
		return XML_STEP_SUSPENDED;
	if (status == XML_STATUS_ERROR)
		return xml->result = fault_set(xml->fault, SHEET_CODE_sheet_xml_broken);
	if (is_token_endless(xml))
		return xml->result = fault_limit(xml->fault,
		           SHEET_CODE_sheet_xml_token_bytes_max, xml->limits->xml_token_bytes_max);
	return 0;
}

int
xml_feed(struct xml *xml, struct str bytes)
{
	if (xml->result != 0 || xml->is_ended || bytes.n == 0)
		return xml->result;
	xml->bytes_fed += bytes.n;
	return status_result(xml, XML_Parse(xml->parser, bytes.p, (int)bytes.n, 0));
}

int
xml_step(struct xml *xml)
{
	enum XML_Status status;
	ssize_t         n;
	void           *chunk;
	int             result;

	while (xml->result == 0 && !xml->is_ended) {
		if (xml->is_suspended) {
			xml->is_suspended = false;
			status = XML_ResumeParser(xml->parser);
		} else {
			chunk = XML_GetBuffer(xml->parser, (int)CHUNK_BYTES);
			if (chunk == NULL)
				abort();
			n = part_read(&xml->part, chunk, CHUNK_BYTES, xml->fault);
			if (n < 0)
				return xml->result = (int)n;
			xml->bytes_fed += (uint64_t)n;
			xml->is_last = n == 0;
			status = XML_ParseBuffer(xml->parser, (int)n, n == 0);
		}
		result = status_result(xml, status);
		if (result != 0)
			return result;
		xml->is_ended = xml->is_ended || xml->is_last;
	}
	return xml->result;
}

int
xml_parse_part(struct package *package, const char *name, const struct xml_handlers *handlers,
    void *context, struct sheet_fault *fault)
{
	struct xml xml;
	int        result;

	xml_init(&xml, handlers, context, package->limits, fault);
	result = part_open(package, name, &xml.part, fault);
	if (result == 0)
		result = xml_step(&xml);
	xml_done(&xml);
	return result;
}
