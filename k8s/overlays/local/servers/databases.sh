# Run once, by the image, when the volume is empty: a database and a role a service.
set -eu
database() {
  psql -v ON_ERROR_STOP=1 -v name="$1" -v password="$2" --username "$POSTGRES_USER" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
SQL
}
# made for services by `npm run mesh -- manifests write`
database inventory "$INVENTORY_PASSWORD"
database notifications "$NOTIFICATIONS_PASSWORD"
database order "$ORDER_PASSWORD"
# end of what is made for services
