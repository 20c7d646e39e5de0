"""What other tools call the keys of the language, and what else they are called by mistake.

One word may mean several keys; which one is meant, the place tells: only the keys of the part it stands in count, the
first of them wins.
"""

from __future__ import annotations

from collections.abc import Mapping

_TABLE = """
    # connections and endpoints
    base_url base_uri server_url server endpoint_url address location uri url_base host hostname  -> url
    url uri url_path resource route relative_url path_template subpath operation_path             -> path url
    verb http_method request_method action operation                                              -> method
    params parameters query_params query_parameters querystring query_string search url_params    -> query
    request_parameters request_params path_params path_parameters uri_params                      -> path query
    request_headers header http_headers extra_headers                                             -> headers
    headers                                                                                       -> header
    request_body request_body_json request_body_data payload json data content message input      -> body
    authentication authenticator authorization security credentials oauth login                   -> auth
    ssl https certificate certificates security                                                   -> tls
    verify_ssl ssl_verify insecure_skip_verify skip_cert_verify                                   -> verify
    ca_file cafile ca_cert root_cas root_cas_file truststore trust_store                          -> ca
    cert_file client_cert client_certificate keystore                                             -> cert
    key_file client_key private_key                                                               -> key
    rate_limit rate_limits throttle throttling api_budget max_in_flight                           -> limits
    parallel parallelism max_parallel max_concurrency max_connections threads workers             -> concurrency
    operations resources paths routes requests streams                                            -> endpoints
    retries retry_policy redelivery reconnection max_retries error_handler backoff_strategy       -> retry
    max_attempts retry_count maximum_redeliveries max_redeliveries tries count                    -> attempts
    delay retry_delay retry_interval redelivery_delay wait period_time interval                   -> backoff every
    status_codes retry_on_status backoff_on http_codes                                            -> causes
    pagination paging paginator pager                                                             -> page
    page_size limit per_page max_results                                                          -> size
    cursor_path next_page next_url next_token                                                     -> next
    record_selector extractor field_path records_path items_path data_path select                 -> records
    not_found ignore_status ignore_404 drop_on allow_status                                       -> absent
    content_type media_type encoding codec marshal                                                -> format
    response_schema response responses output output_schema returns                               -> reply output
    request_schema                                                                                -> request
    error_message error_text error_path message                                                   -> text
    error_code                                                                                    -> code
    error_handling errors on_error error_filter                                                   -> error
    successful_on success_condition success_when expected_status expect                           -> success
    idempotent idempotency safe side_effect reads                                                      -> effect
    health_check healthcheck health ping check                                                    -> offline probe
    time_out timeouts request_timeout read_timeout connect_timeout timeout_seconds timeout_ms     -> timeout
    # auth and clients
    user usr login user_name                                                                      -> username
    pass passwd pwd                                                                               -> password
    token_endpoint token_refresh_endpoint access_token_url authorization_url                      -> token_url
    grant_type                                                                                    -> grant
    scopes                                                                                        -> scope
    access_token bearer session_token api_token                                                   -> token
    expires_in expiration ttl token_expiry_date expiry max_age                                    -> lifetime keep
    login_requester login_request                                                                 -> request
    logout logoff                                                                                 -> end
    ip_whitelist whitelist allowlist allow_list allowed_ips networks                              -> allow
    permissions rights roles scopes can grants                                                    -> may
    # messages and steps
    name id as register result result_variable target output_variable store_as                    -> save
    as register loop_var iterator variable                                                        -> item
    if condition filter enabled only_if check conditional                                         -> when
    foreach for_each for with_items loop items split batch iterate                                -> each
    until_condition while break_when stop_when                                                    -> until
    poll polling retry_until do_until                                                             -> repeat
    uses run endpoint method operation request http to target service connector                   -> call
    transform map mapping set set_variable assign processor set_payload expression result_map     -> value
    raise fail throw throw_exception abort error reject                                           -> refuse
    temporary retryable retriable transient                                                       -> temporary error
    ignore_errors continue_on_error allow_failure continue_on_fail                                -> optional
    finally always_run run_always ensure                                                          -> always
    skip_if_exists skip_if only_once unless_exists                                                -> unless
    tasks actions pipeline processors do route jobs sequence flow calls                           -> steps
    output_mapping response result return outputs                                                 -> reply
    input_schema parameters request                                                               -> input
    when_offline on_error default_response otherwise                                              -> fallback
    ttl expire_after max_age keep_for retention                                                   -> keep
    stale stale_if_error offline_for                                                              -> offline
    tests test cases samples                                                                      -> examples
    # flows
    schedule on start starts_on timer                                                             -> trigger
    schedule crontab cron_expression cron_schedule cron_tab                                       -> cron
    webhook on_event event_type event_name                                                        -> event
    from source origin                                                                            -> read
    message to deliver_to sink                                                                    -> send
    map mapping transform                                                                         -> input
    retries                                                                                       -> attempts
    dead_letter dead_letter_queue dlq dead park_it                                                -> park
    drop ignore                                                                                   -> discard
    idempotency_key event_id                                                                      -> id headers
    lasts                                                                                         -> keep
    # files and tables
    delimiter sep field_separator                                                                 -> separator
    pattern glob file_pattern filename file_name                                                  -> match
    overwrite if_exists on_conflict                                                               -> exists
    path directory dir                                                                            -> folder
    where filter                                                                                  -> query
    insert update upsert                                                                          -> write
    query select_from                                                                             -> select
    # kinds
    string str varchar char nvarchar path enum                                                    -> text
    password token credential                                                                     -> secret
    numeric money currency                                                                        -> decimal number
    float double                                                                                  -> number decimal
    timestamp datetime2                                                                           -> datetime
    dict object hash                                                                              -> map
    array set                                                                                     -> list
    http https api                                                                                -> rest
    file folder directory csv                                                                     -> files
    page page_number                                                                              -> number
    idempotent                                                                                    -> repeatable
    on_error continue_on                                                                          -> optional
    verify_ssl ssl_verify                                                                         -> tls
    # the file
    variables vars config configuration env environment environments parameters options props     -> settings
    inputs properties globals secrets spec lookups code_tables                                    -> settings
    systems servers sources destinations connectors hosts backends services clients               -> connections
    definitions components types models json_schemas                                              -> schemas
    routes operations exchanges interfaces                                                        -> messages
    schedule schedules triggers jobs pipelines streams syncs                                      -> flows
    webhooks subscriptions listeners                                                              -> events
    clients access users consumers                                                                -> security
    logging logger journal audit                                                                  -> log
    alerts notifications alerting                                                                 -> notify
    needs includes include import imports depends_on dependencies requires extends                -> uses
    version apiversion api_version schema_version                                                 -> engine
    timezone time_zone tz                                                                         -> zone
    summary label display_name                                                                    -> title
    comment comments doc docs note notes help summary                                             -> description
    auth_type kind class component component_type                                                 -> type
    value default_value                                                                           -> default
    enum options values allowed_values allowed one_of                                             -> choices
    mandatory                                                                                     -> required
    mask hide sensitive redact_fields masked_fields scrub                                         -> redact
    # examples
    request sent_request                                                                          -> sent
    response mock returns reply_with expect expected                                              -> reply
    status_code code http_status                                                                  -> status
    throws fail_with exception                                                                    -> fails
    name description                                                                              -> title
    mocks stubs interactions requests                                                             -> calls
    now time date clock                                                                           -> at
"""


def _read(table: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        words, arrow, keys = line.partition("->")
        for word in words.split() if arrow else ():
            found[word] = (*found.get(word, ()), *(key for key in keys.split() if key not in found.get(word, ())))
    return found


MEANT: Mapping[str, tuple[str, ...]] = _read(_TABLE)
"""A word, and the keys it may mean."""
