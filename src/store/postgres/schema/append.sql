-- Saves an entry as number p_expected + 1, signed by the login that asks; null where another one has that number.
create or replace function gangplank.append(p_board text, p_expected bigint, p_line text, p_crc bigint, p_token text) returns bigint
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
  if octet_length(p_line) > 268435456 then raise exception 'too long' using errcode = 'GP004'; end if;
  -- What is no JSON, or says something twice, nobody could read. A character that is none to the server is one to us.
  if exists (
    select 1 from json_object_keys(replace(p_line, E'\\u0000', E'\\u0020')::json) k group by k having count(*) > 1
  ) then
    raise exception 'said twice' using errcode = 'GP004';
  end if;
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
create or replace function gangplank.load(p_board text, p_first bigint, p_lines text[], p_crcs bigint[]) returns bigint
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
  if exists (
    select 1 from unnest(p_lines) t where octet_length(t) > 268435456 or json_typeof(t::json) <> 'object'
  ) then
    raise exception 'not entries' using errcode = 'GP004';
  end if;
  insert into gangplank.entry (board, seq, line, crc, token, login)
    select p_board, p_first + t.place - 1, t.line, t.crc, 'loaded', session_user
    from unnest(p_lines, p_crcs) with ordinality as t (line, crc, place);
  return p_first + v_count - 1;
end $$;
