-- For each service, from apps/*/service.json and libs/contracts/src/participants,
-- by `npm run mesh -- manifests write`; change those.
create database mesh_inventory;
create database mesh_notifications;
create database mesh_order;
