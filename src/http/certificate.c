/*
 * certificate.c -- the server's certificate, which can be renewed while it serves.
 *
 * GnuTLS asks for the certificate at each handshake; it gets a copy of the one that was read
 * last. libmicrohttpd sets the session's pointer to its connection, by which we find ours.
 */
#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "http/inside.h"

#define CHAIN_MAX 10 /* certificates */

struct certificate {
	char             *cert_path, *key_path; /* owned */
	pthread_mutex_t   mutex;
	gnutls_datum_t    chain;  /* PEM, owned by GnuTLS, as the key is */
	gnutls_x509_privkey_t key;
};

static int
chain_import(const gnutls_datum_t *pem, gnutls_pcert_st **ret_list, unsigned *ret_count)
{
	gnutls_pcert_st *list = gnutls_calloc(CHAIN_MAX, sizeof(*list));
	int              r;

	*ret_count = CHAIN_MAX;
	if (list == NULL)
		return GNUTLS_E_MEMORY_ERROR;
	r = gnutls_pcert_list_import_x509_raw(list, ret_count, pem, GNUTLS_X509_FMT_PEM, 0);
	if (r < 0)
		gnutls_free(list);
	else
		*ret_list = list;
	return r;
}

/* Do they belong together? The public keys tell. */
static int
pair_check(const gnutls_datum_t *chain, gnutls_x509_privkey_t key)
{
	gnutls_pcert_st *list = NULL;
	unsigned char    of_cert[64], of_key[64];
	size_t           cert_bytes = sizeof(of_cert), key_bytes = sizeof(of_key);
	unsigned         count = 0;
	int              r = chain_import(chain, &list, &count);

	if (r < 0)
		return r;
	r = gnutls_pubkey_get_key_id(list[0].pubkey, 0, of_cert, &cert_bytes);
	if (r >= 0)
		r = gnutls_x509_privkey_get_key_id(key, 0, of_key, &key_bytes);
	if (r >= 0 && (cert_bytes != key_bytes || memcmp(of_cert, of_key, key_bytes) != 0))
		r = GNUTLS_E_CERTIFICATE_KEY_MISMATCH;
	for (unsigned i = 0; i < count; i++)
		gnutls_pcert_deinit(&list[i]);
	gnutls_free(list);
	return r;
}

int
certificate_reload(struct certificate *c, char why[static DATABASE_WHY_BYTES])
{
	gnutls_datum_t        chain = { 0 }, pem = { 0 };
	gnutls_x509_privkey_t key = NULL;
	const char           *what = c->cert_path;
	int                   r;

	r = gnutls_load_file(c->cert_path, &chain);
	if (r >= 0) {
		what = c->key_path;
		r = gnutls_load_file(c->key_path, &pem);
	}
	if (r >= 0)
		r = gnutls_x509_privkey_init(&key);
	if (r >= 0)
		r = gnutls_x509_privkey_import(key, &pem, GNUTLS_X509_FMT_PEM);
	if (pem.data != NULL)
		gnutls_memset(pem.data, 0, pem.size);
	gnutls_free(pem.data);
	if (r >= 0) {
		what = c->cert_path;
		r = pair_check(&chain, key);
	}
	if (r < 0) {
		(void)snprintf(why, DATABASE_WHY_BYTES, "%.400s: %s", what, gnutls_strerror(r));
		gnutls_free(chain.data);
		if (key != NULL)
			gnutls_x509_privkey_deinit(key);
		return -EINVAL;
	}
	(void)pthread_mutex_lock(&c->mutex);
	gnutls_free(c->chain.data);
	if (c->key != NULL)
		gnutls_x509_privkey_deinit(c->key);
	c->chain = chain;
	c->key = key;
	(void)pthread_mutex_unlock(&c->mutex);
	return 0;
}

int
certificate_new(const char *cert_path, const char *key_path, struct certificate **ret_certificate,
    char why[static DATABASE_WHY_BYTES])
{
	struct certificate *c = memory_new(sizeof(*c));
	int                 r;

	(void)pthread_mutex_init(&c->mutex, NULL);
	c->cert_path = strdup(cert_path);
	c->key_path = strdup(key_path);
	r = certificate_reload(c, why);
	if (r != 0)
		certificate_free(c);
	else
		*ret_certificate = c;
	return r;
}

void
certificate_free(struct certificate *c)
{
	if (c == NULL)
		return;
	gnutls_free(c->chain.data);
	if (c->key != NULL)
		gnutls_x509_privkey_deinit(c->key);
	(void)pthread_mutex_destroy(&c->mutex);
	free(c->cert_path);
	free(c->key_path);
	free(c);
}

int
certificate_give(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
    gnutls_pcert_st **ret_chain, unsigned *ret_count, gnutls_ocsp_data_st **ret_ocsp,
    unsigned *ret_ocsp_count, gnutls_privkey_t *ret_key, unsigned *flags)
{
	struct certificate *c = guard_certificate(gnutls_session_get_ptr(session));
	int                 r;

	(void)info;
	*ret_ocsp = NULL;
	*ret_ocsp_count = 0;
	*flags = GNUTLS_CERT_RETR_DEINIT_ALL;
	if (c == NULL || gnutls_privkey_init(ret_key) < 0)
		return -1;
	(void)pthread_mutex_lock(&c->mutex);
	r = gnutls_privkey_import_x509(*ret_key, c->key, GNUTLS_PRIVKEY_IMPORT_COPY);
	if (r >= 0)
		r = chain_import(&c->chain, ret_chain, ret_count);
	(void)pthread_mutex_unlock(&c->mutex);
	if (r >= 0)
		return 0;
	gnutls_privkey_deinit(*ret_key);
	return -1;
}
