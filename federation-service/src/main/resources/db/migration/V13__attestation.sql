create table attestation_requirement (
    federation  text  primary key references federation,
    requirement jsonb
);
