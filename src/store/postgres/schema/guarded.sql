-- Everybody reads the boards they are a member of, and nobody writes but through the functions below.
create function gangplank.my_boards() returns setof text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select m.board from gangplank.member m where m.login = session_user $$;
alter table gangplank.board enable row level security;
alter table gangplank.member enable row level security;
alter table gangplank.entry enable row level security;
create policy members on gangplank.board for select using (name in (select gangplank.my_boards()));
create policy members on gangplank.member for select using (board in (select gangplank.my_boards()));
create policy members on gangplank.entry for select using (board in (select gangplank.my_boards()));
grant usage on schema gangplank to public;
grant select on gangplank.installation, gangplank.board, gangplank.member, gangplank.entry to public;

create function gangplank.my_role(p_board text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select m.role from gangplank.member m where m.board = p_board and m.login = session_user $$;

-- Lets a login take part, or changes how.
create function gangplank.set_member(p_board text, p_login text, p_signs_as text, p_role text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if gangplank.my_role(p_board) is distinct from 'owner' then raise exception 'no owner' using errcode = 'GP005'; end if;
  perform 1 from gangplank.board b where b.name = p_board for update;
  insert into gangplank.member (board, login, signs_as, role) values (p_board, p_login, p_signs_as, p_role)
    on conflict (board, login) do update set signs_as = excluded.signs_as, role = excluded.role;
  if not exists (select 1 from gangplank.member m where m.board = p_board and m.role = 'owner') then
    raise exception 'no owner left' using errcode = 'GP007';
  end if;
end $$;

create function gangplank.remove_member(p_board text, p_login text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if gangplank.my_role(p_board) is distinct from 'owner' then raise exception 'no owner' using errcode = 'GP005'; end if;
  perform 1 from gangplank.board b where b.name = p_board for update;
  delete from gangplank.member m where m.board = p_board and m.login = p_login;
  if not found then return false; end if;
  if not exists (select 1 from gangplank.member m where m.board = p_board and m.role = 'owner') then
    raise exception 'no owner left' using errcode = 'GP007';
  end if;
  return true;
end $$;

