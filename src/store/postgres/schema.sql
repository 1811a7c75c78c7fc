create schema gangplank;
create table gangplank.installation (format integer not null);
insert into gangplank.installation (format) values (1);
create table gangplank.board (
  name text primary key,
  format integer not null,
  seq bigint not null default 0,
  loaded bigint not null default 0
);
create table gangplank.member (
  board text not null references gangplank.board (name),
  login text not null,
  signs_as text not null check (signs_as <> 'clock' and signs_as not like 'source:%' and btrim(signs_as) = signs_as and signs_as <> ''),
  role text not null check (role in ('reader', 'writer', 'owner')),
  primary key (board, login)
);
create unique index member_signature on gangplank.member (board, lower(signs_as));
create table gangplank.entry (
  board text not null references gangplank.board (name),
  seq bigint not null,
  line text not null,
  crc bigint not null,
  token text not null,
  login text not null,
  at timestamp with time zone not null default clock_timestamp(),
  primary key (board, seq)
);

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

-- Saves an entry as number p_expected + 1, signed by the login that asks; null where another one has that number.
create function gangplank.append(p_board text, p_expected bigint, p_line text, p_crc bigint, p_token text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_role text; v_signs_as text; v_seq bigint; v_head text[]; v_by text;
begin
  select m.role, m.signs_as into v_role, v_signs_as from gangplank.member m
    where m.board = p_board and m.login = session_user;
  if v_role is null then raise exception 'no member' using errcode = 'GP001'; end if;
  if v_role = 'reader' then raise exception 'only a reader' using errcode = 'GP002'; end if;
  v_head := regexp_match(left(p_line, 2000), '^\{"seq":([0-9]{1,18}),"at":"[^"]*","by":("(?:[^"\\]|\\.)*")');
  if v_head is null or v_head[1]::bigint <> p_expected + 1 then raise exception 'not an entry' using errcode = 'GP004'; end if;
  v_by := v_head[2]::json #>> '{}';
  if v_by <> v_signs_as and v_by <> 'clock' and v_by not like 'source:%' then
    raise exception 'signed by another' using errcode = 'GP003';
  end if;
  update gangplank.board set seq = seq + 1 where name = p_board and seq = p_expected returning seq into v_seq;
  if v_seq is null then return null; end if;
  insert into gangplank.entry (board, seq, line, crc, token, login)
    values (p_board, v_seq, p_line, p_crc, p_token, session_user);
  return v_seq;
end $$;

-- Fills a board with entries that were made elsewhere, as they are, before anybody has changed it.
create function gangplank.load(p_board text, p_first bigint, p_lines text[], p_crcs bigint[]) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
  v_count bigint := cardinality(p_lines);
begin
  if gangplank.my_role(p_board) is distinct from 'owner' then raise exception 'no owner' using errcode = 'GP005'; end if;
  if v_count <> cardinality(p_crcs) then raise exception 'not entries' using errcode = 'GP004'; end if;
  update gangplank.board set seq = seq + v_count, loaded = loaded + v_count
    where name = p_board and seq = p_first - 1 and loaded = seq;
  if not found then raise exception 'not empty' using errcode = 'GP006'; end if;
  insert into gangplank.entry (board, seq, line, crc, token, login)
    select p_board, p_first + t.place - 1, t.line, t.crc, 'loaded', session_user
    from unnest(p_lines, p_crcs) with ordinality as t (line, crc, place);
  return p_first + v_count - 1;
end $$;

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

grant execute on all functions in schema gangplank to public;
