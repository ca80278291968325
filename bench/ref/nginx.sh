#!/bin/sh
# nginx.sh -- reference: nginx, with its own configuration, serving one file. Source it:
#
#   url=$(nginx_start DIR BYTES)    http://127.0.0.1:40123/file, of so many bytes
#   nginx_stop DIR
#
# DIR holds everything, so nginx's own configuration and logs are not touched. No access log, the
# file kept open, connections kept alive for ever; NGINX_WORKERS processes (2: one for each core).

nginx_start() {
	mkdir -p "$1/www" || return 1
	head -c "$2" /dev/zero | tr '\0' x >"$1/www/file"
	nginx_port=$(python3 -c '
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	nginx_user=
	if [ "$(id -u)" -eq 0 ]; then
		nginx_user='user root;' # the folder is only its owner's
	fi
	cat >"$1/nginx.conf" <<-CONF
		$nginx_user
		worker_processes ${NGINX_WORKERS:-2};
		pid $1/nginx.pid;
		error_log $1/error.log warn;
		events { worker_connections 4096; }
		http {
			access_log off;
			sendfile on;
			tcp_nopush on;
			keepalive_requests 1000000000;
			keepalive_timeout 600;
			open_file_cache max=100 inactive=600s;
			open_file_cache_valid 600s;
			default_type application/json;
			client_body_temp_path $1/body;
			proxy_temp_path $1/proxy;
			fastcgi_temp_path $1/fastcgi;
			uwsgi_temp_path $1/uwsgi;
			scgi_temp_path $1/scgi;
			server {
				listen 127.0.0.1:$nginx_port backlog=4096;
				root $1/www;
			}
		}
	CONF
	nginx_binary=$(PATH=$PATH:/usr/sbin command -v nginx) || {
		echo "nginx.sh: nginx is missing: tools/install.sh test" >&2
		return 1
	}
	"$nginx_binary" -p "$1" -c "$1/nginx.conf" -e "$1/error.log" </dev/null >/dev/null ||
		return 1
	nginx_url=http://127.0.0.1:$nginx_port/file
	curl -sS --fail --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null "$nginx_url" &&
		echo "$nginx_url"
}

nginx_stop() {
	nginx_pid=$(cat "$1/nginx.pid" 2>/dev/null) || return 0
	kill -TERM "$nginx_pid" 2>/dev/null
	nginx_left=250
	while [ -f "$1/nginx.pid" ] && [ "$nginx_left" -gt 0 ]; do
		nginx_left=$((nginx_left - 1))
		sleep 0.02
	done
	[ ! -f "$1/nginx.pid" ]
}
