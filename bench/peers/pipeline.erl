%% The pipeline in Erlang/OTP: a process for each telephone, agent, group and statistic.
%%
%%     erl +S 1 -noshell -run pipeline main PORT PLAN MODE
%%
%% What it computes is said in rules.py, what it is told and tells in shell.py. JSON is read by jiffy, which is in C as
%% the decoder of the peers in Python is.
-module(pipeline).
-export([main/1]).

-define(RECEIVE_MAX, 65536).
-define(SEND_MIN, 65536).
-define(BATCH, 500).

main([Port, Plan, Mode]) ->
    Statistics = fun(First, Count, Session) ->
        list_to_tuple([spawn_link(fun() -> statistic(N, 0, Session) end) || N <- lists:seq(First, First + Count - 1)])
    end,
    {ok, Socket} = gen_tcp:connect("127.0.0.1", list_to_integer(Port),
        [binary, {active, false}, {nodelay, true}, {buffer, ?RECEIVE_MAX}]),
    Session = spawn_link(fun() -> session(Mode, Socket, [], 0, 0) end),
    Rows = plan(Plan),
    First = 1 + 3 * length(Rows),
    Last = lists:max([lists:max(Groups) || {_, Groups} <- Rows]),
    Groups = list_to_tuple([start_group(Statistics(First + 4 * N, 4, Session)) || N <- lists:seq(0, Last)]),
    Agents = maps:from_list(
        [{Login, start_agent(Statistics(1 + 3 * At, 3, Session), [element(G + 1, Groups) || G <- Of])}
         || {At, {Login, Of}} <- lists:zip(lists:seq(0, length(Rows) - 1), Rows)]),
    Connector = spawn_link(fun() -> connector(Agents, #{}) end),
    {Lines, Began} = take(Mode, Socket, Connector),
    wait_for(Lines),
    wait_for(maps:values(Agents)),
    wait_for(tuple_to_list(Groups)),
    wait_for([S || G <- tuple_to_list(Groups), S <- tuple_to_list(ask(G))]
             ++ [S || A <- maps:values(Agents), S <- tuple_to_list(ask(A))]),
    Values = ask(Session),
    Took = (cpu_ms() - Began) / 1.0e3,
    ok = gen_tcp:send(Socket, [rest(Session), io_lib:format("{\"event\":\"Took\",\"values\":~b,\"seconds\":~f}~n",
                                                           [Values, Took])]),
    gen_tcp:recv(Socket, 1),
    halt(0).

plan(Path) ->
    {ok, Text} = file:read_file(Path),
    [begin
         [Login | Groups] = binary:split(Line, <<" ">>, [global]),
         {Login, [binary_to_integer(Group) || Group <- Groups]}
     end || Line <- binary:split(Text, <<"\n">>, [global, trim_all])].

%% -- the socket in

take("events", Socket, Connector) ->
    Began = cpu_ms(),
    receive_lines(Socket, <<>>, fun(Event) -> Connector ! Event end, fun() -> ask(Connector) end),
    {ask(Connector), Began};
take("messages", Socket, Connector) ->
    receive_lines(Socket, <<>>, fun(Event) -> self() ! {decoded, Event} end, fun() -> ok end),
    Events = decoded(),
    erlang:garbage_collect(),
    Began = cpu_ms(),
    tell_batches(Events, ?BATCH, Connector),
    {ask(Connector), Began}.

cpu_ms() ->
    {Total, _} = erlang:statistics(runtime),
    Total.

decoded() ->
    receive {decoded, Event} -> [Event | decoded()] after 0 -> [] end.

%% Waits after each batch until the connector has it, so that its mailbox does not fill.
tell_batches([], _, _) -> ok;
tell_batches(Events, 0, Connector) ->
    ask(Connector),
    tell_batches(Events, ?BATCH, Connector);
tell_batches([Event | Events], Left, Connector) ->
    Connector ! Event,
    tell_batches(Events, Left - 1, Connector).

receive_lines(Socket, Rest, Tell, Wait) ->
    {ok, Data} = gen_tcp:recv(Socket, 0),
    Told = tell_lines(binary:split(<<Rest/binary, Data/binary>>, <<"\n">>, [global]), Tell),
    Wait(),
    case Told of
        {rest, NewRest} -> receive_lines(Socket, NewRest, Tell, Wait);
        over -> ok
    end.

tell_lines([<<>>, _], _) -> over;
tell_lines([Rest], _) -> {rest, Rest};
tell_lines([Line | Lines], Tell) ->
    Tell(event(jiffy:decode(Line, [return_maps]))),
    tell_lines(Lines, Tell).

%% What is wanted of an event: the less there is, the less is copied from process to process.
event(#{<<"event">> := Name, <<"time">> := Time} = Event) ->
    {event, maps:get(<<"this_dn">>, Event, <<>>), Name, round(Time * 1000000),
     maps:get(<<"agent_id">>, Event, <<>>), maps:get(<<"call_type">>, Event, <<>>)}.

%% -- asked at the end, from the bottom up

ask(Pid) ->
    Pid ! {done, self()},
    receive {Pid, Answer} -> Answer end.

wait_for(Pids) ->
    [ask(Pid) || Pid <- Pids].

rest(Session) ->
    Session ! {rest, self()},
    receive {Session, Rest} -> Rest end.

%% -- the tree

connector(Agents, Lines) ->
    receive
        {event, Number, _, _, _, _} = Event ->
            case Lines of
                #{Number := Line} ->
                    Line ! Event,
                    connector(Agents, Lines);
                #{} ->
                    Line = spawn_link(fun() -> line(Agents, <<>>, <<>>, <<"LoggedOut">>) end),
                    Line ! Event,
                    connector(Agents, Lines#{Number => Line})
            end;
        {done, From} ->
            From ! {self(), maps:values(Lines)},
            connector(Agents, Lines)
    end.

line(Agents, Login, Call, Base) ->
    receive
        {done, From} ->
            From ! {self(), done},
            line(Agents, Login, Call, Base);
        {event, _, Name, Time, AgentId, CallType} ->
            case after_event(Name, AgentId, CallType, Login, Call, Base) of
                nothing ->
                    line(Agents, Login, Call, Base);
                {NewLogin, NewCall, NewBase} ->
                    Who = case Name of <<"EventAgentLogin">> -> NewLogin; _ -> Login end,
                    tell_agent(Agents, Who, NewCall, NewBase, Time),
                    line(Agents, NewLogin, NewCall, NewBase)
            end
    end.

after_event(<<"EventEstablished">>, _, Type, Login, _, Base) -> {Login, <<"Call", Type/binary>>, Base};
after_event(<<"EventRetrieved">>, _, Type, Login, _, Base) -> {Login, <<"Call", Type/binary>>, Base};
after_event(<<"EventRinging">>, _, _, Login, _, Base) -> {Login, <<"Ringing">>, Base};
after_event(<<"EventDialing">>, _, _, Login, _, Base) -> {Login, <<"Dialing">>, Base};
after_event(<<"EventHeld">>, _, _, Login, _, Base) -> {Login, <<"OnHold">>, Base};
after_event(<<"EventReleased">>, _, _, Login, _, Base) -> {Login, <<>>, Base};
after_event(<<"EventAbandoned">>, _, _, Login, _, Base) -> {Login, <<>>, Base};
after_event(<<"EventAgentLogin">>, AgentId, _, _, Call, _) -> {AgentId, Call, <<"NotReady">>};
after_event(<<"EventAgentNotReady">>, _, _, Login, Call, _) -> {Login, Call, <<"NotReady">>};
after_event(<<"EventAgentReady">>, _, _, Login, Call, _) -> {Login, Call, <<"Ready">>};
after_event(<<"EventAgentLogout">>, _, _, _, Call, _) -> {<<>>, Call, <<"LoggedOut">>};
after_event(_, _, _, _, _, _) -> nothing.

tell_agent(_, <<>>, _, _, _) -> ok;
tell_agent(Agents, Login, <<>>, Base, Time) -> maps:get(Login, Agents) ! {became, Base, Time};
tell_agent(Agents, Login, Call, _, Time) -> maps:get(Login, Agents) ! {became, Call, Time}.

start_agent(Statistics, Groups) ->
    spawn_link(fun() -> agent(Statistics, Groups, <<"LoggedOut">>, 0) end).

agent(Statistics, Groups, Status, Since) ->
    receive
        {became, Status, _} ->
            agent(Statistics, Groups, Status, Since);
        {became, New, Time} ->
            element(1, Statistics) ! {is, New},
            case is_answered(Status, New) of true -> element(2, Statistics) ! {add, 1}; false -> ok end,
            case Status of <<"CallInbound">> -> element(3, Statistics) ! {add, Time - Since}; _ -> ok end,
            Moved = {moved, Status, New},
            [Group ! Moved || Group <- Groups],
            agent(Statistics, Groups, New, Time);
        {done, From} ->
            From ! {self(), Statistics},
            agent(Statistics, Groups, Status, Since)
    end.

is_answered(Old, <<"CallInbound">>) -> Old =/= <<"OnHold">>;
is_answered(_, _) -> false.

start_group(Statistics) ->
    spawn_link(fun() -> group(Statistics) end).

group(Statistics) ->
    receive
        {moved, Old, New} ->
            add(element(1, Statistics), is(New, <<"Ready">>) - is(Old, <<"Ready">>)),
            add(element(2, Statistics), is(New, <<"NotReady">>) - is(Old, <<"NotReady">>)),
            add(element(3, Statistics), is(Old, <<"LoggedOut">>) - is(New, <<"LoggedOut">>)),
            case is_answered(Old, New) of true -> add(element(4, Statistics), 1); false -> ok end,
            group(Statistics);
        {done, From} ->
            From ! {self(), Statistics},
            group(Statistics)
    end.

is(Same, Same) -> 1;
is(_, _) -> 0.

add(_, 0) -> ok;
add(Statistic, Amount) -> Statistic ! {add, Amount}.

statistic(Number, Value, Session) ->
    receive
        {add, Amount} ->
            New = Value + Amount,
            Session ! {reading, Number, New},
            statistic(Number, New, Session);
        {is, New} ->
            Session ! {reading, Number, New},
            statistic(Number, New, Session);
        {done, From} ->
            From ! {self(), done},
            statistic(Number, Value, Session)
    end.

%% Sends when it has nothing else to do, or much to send.
session("events", Socket, Out, Bytes, Count) when Bytes >= ?SEND_MIN ->
    ok = gen_tcp:send(Socket, lists:reverse(Out)),
    session("events", Socket, [], 0, Count);
session("events", Socket, Out, Bytes, Count) ->
    receive
        Message -> in_session(Message, Socket, Out, Bytes, Count)
    after 0 ->
        ok = gen_tcp:send(Socket, lists:reverse(Out)),
        receive Message -> in_session(Message, Socket, [], 0, Count) end
    end;
session("messages", Socket, _, _, Count) ->
    receive
        {reading, Number, Value} ->
            put(Number, Value),
            session("messages", Socket, [], 0, Count + 1);
        {done, From} ->
            From ! {self(), Count},
            session("messages", Socket, [], 0, Count);
        {rest, From} ->
            From ! {self(), [info(Number, Value) || {Number, Value} <- get(), is_integer(Number)]}
    end.

in_session({reading, Number, Value}, Socket, Out, Bytes, Count) ->
    Info = info(Number, Value),
    session("events", Socket, [Info | Out], Bytes + byte_size(Info), Count + 1);
in_session({done, From}, Socket, Out, Bytes, Count) ->
    From ! {self(), Count},
    session("events", Socket, Out, Bytes, Count);
in_session({rest, From}, _, Out, _, _) ->
    From ! {self(), lists:reverse(Out)}.

info(Number, Value) when is_integer(Value) ->
    <<"{\"event\":\"Info\",\"ref\":", (integer_to_binary(Number))/binary,
      ",\"value\":", (integer_to_binary(Value))/binary, "}\n">>;
info(Number, Value) ->
    <<"{\"event\":\"Info\",\"ref\":", (integer_to_binary(Number))/binary, ",\"value\":\"", Value/binary, "\"}\n">>.
