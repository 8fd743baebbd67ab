// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.rivulet.gateway.cascade.CascadeProperties.Escalation;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Says whether an answer is good enough. Safe for use by many threads. */
final class Judge {

    /** Expressions of a caller may take for ever, and references lead elsewhere; the replica's grammar knows them anyway. */
    private static final Set<String> LEFT_OUT = Set.of("pattern", "patternProperties", "format", "$ref", "$dynamicRef");

    private static final int LONGEST = 65_536;

    private final JsonMapper json;
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    Judge(JsonMapper json) {
        this.json = json;
    }

    /** Whether the next larger model is to be asked. Longer texts than 64 KB are taken as they are. */
    boolean isPoor(Escalation rule, Question question, Confidence confidence, String text) {
        if (confidence.isTooLow(rule)) {
            return true;
        }
        if (text.length() > LONGEST) {
            return false;
        }
        boolean unlike = rule.matches() != null && !rule.matches().matcher(text).find();
        return unlike || (rule.schema() && !holds(question.schema(), text));
    }

    private boolean holds(JsonNode schema, String text) {
        if (!(schema instanceof ObjectNode asked)) {
            return true;
        }
        try {
            JsonNode answer = json.readTree(text);
            Schema checked = schemas.getSchema(without(asked.deepCopy()));
            return checked.validate(answer).isEmpty();
        } catch (JacksonException noJson) {
            return false;
        } catch (SchemaException | IllegalArgumentException noSchema) {
            return true;
        }
    }

    private static JsonNode without(JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            object.remove(LEFT_OUT);
        }
        schema.forEach(Judge::without);
        return schema;
    }
}
