/*
 * describe_door.h -- the addresses of the door itself (sessions, streams, setting up) in OpenAPI,
 * as JSON with ' in place of ". For describe_openapi.c alone.
 */
#pragma once

extern const char describe_session_paths[]; /* ends with a comma */
extern const char describe_job_paths[];     /* likewise */
extern const char describe_other_paths[];
extern const char describe_door_schemas[];  /* begins with a comma */
