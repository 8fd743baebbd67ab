-- Files that a client of MLflow sent and that no version has yet; a folder is its own name for them.
create table mlflow_upload (
    folder     text        not null,
    path       text        not null,
    sha256     text        not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint      not null check (size_bytes >= 0),
    created_at timestamptz not null,
    primary key (folder, path)
);

create index mlflow_upload_created_at on mlflow_upload (created_at);
create index mlflow_upload_sha256 on mlflow_upload (sha256);
