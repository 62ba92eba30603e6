#pragma once
#include <yaml.h>

// A union does not reach Swift with its parts' names kept apart; these read them.
static inline const char *sojourn_yaml_scalar(const yaml_event_t *event, size_t *length) {
    *length = event->data.scalar.length;
    return (const char *)event->data.scalar.value;
}
static inline yaml_scalar_style_t sojourn_yaml_scalar_style(const yaml_event_t *event) {
    return event->data.scalar.style;
}
static inline int sojourn_yaml_is_flow(const yaml_event_t *event) {
    return event->type == YAML_MAPPING_START_EVENT ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                                                   : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
}
static inline int sojourn_yaml_has_anchor(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT: return event->data.scalar.anchor != 0;
    case YAML_MAPPING_START_EVENT: return event->data.mapping_start.anchor != 0;
    case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.anchor != 0;
    case YAML_ALIAS_EVENT: return 1;
    default: return 0;
    }
}
static inline int sojourn_yaml_has_tag(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT: return event->data.scalar.tag != 0;
    case YAML_MAPPING_START_EVENT: return event->data.mapping_start.tag != 0;
    case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.tag != 0;
    default: return 0;
    }
}
