#!/bin/sh
# Makes an authority in the present folder: root, intermediate and time-stamping key with their certificates.
# usage: sh authority.sh PATH/tsa.cnf
set -e
cnf=$1
openssl req -new -newkey rsa:3072 -nodes -keyout root.key -subj "/O=Example/CN=Root" -out root.csr
openssl x509 -req -in root.csr -signkey root.key -sha256 -days 36500 -extfile "$cnf" -extensions root -out root.pem
openssl req -new -newkey rsa:3072 -nodes -keyout intermediate.key -subj "/O=Example/CN=Intermediate" -out intermediate.csr
openssl x509 -req -in intermediate.csr -CA root.pem -CAkey root.key -set_serial 2 -sha256 -days 36500 \
  -extfile "$cnf" -extensions intermediate -out intermediate.pem
openssl req -new -newkey rsa:3072 -nodes -keyout tsa.key -subj "/O=Example/CN=Time stamps" -out tsa.csr
openssl x509 -req -in tsa.csr -CA intermediate.pem -CAkey intermediate.key -set_serial 3 -sha256 -days 36500 \
  -extfile "$cnf" -extensions stamping -out tsa.pem
echo 01 > serial
