-- Who changed what is never written anew.
create function config_history_stays() returns trigger language plpgsql as $$
begin
    raise exception 'the history of % is never changed', tg_table_name;
end $$;

create trigger config_revision_stays before update or delete on config_revision
    for each row execute function config_history_stays();
create trigger config_change_stays before update or delete on config_change
    for each row execute function config_history_stays();
