// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation.jdbc;

import dev.rivulet.federation.attestation.Requirement;
import dev.rivulet.federation.attestation.RequirementStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** One table. */
@Repository
class JdbcRequirementStore implements RequirementStore {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    JdbcRequirementStore(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    @Override
    public Optional<Requirement> find(String federation) {
        return jdbc.sql(
                        "select requirement from attestation_requirement where federation = ? and requirement is not null")
                .param(federation)
                .query(String.class)
                .optional()
                .map(text -> json.readValue(text, Requirement.class));
    }

    @Override
    public boolean keep(String federation, @Nullable Requirement requirement) {
        return jdbc.sql("""
                        insert into attestation_requirement (federation, requirement)
                        select name, cast(:requirement as jsonb) from federation where name = :federation
                        on conflict (federation) do update set requirement = excluded.requirement""")
                        .param("requirement", requirement == null ? null : json.writeValueAsString(requirement))
                        .param("federation", federation)
                        .update()
                == 1;
    }
}
