// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants.jdbc;

import dev.rivulet.federation.participants.UnattestedStore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** A table beside the one of devices. */
@Repository
class JdbcUnattestedStore implements UnattestedStore {

    private final JdbcClient jdbc;

    JdbcUnattestedStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void admit(UUID id, String federation, String label, Instant now) {
        jdbc.sql("insert into unattested_device (id, federation, label, admitted_at) values (?, ?, ?, ?)"
                        + " on conflict (id) do nothing")
                .params(id, federation, label, now.atOffset(ZoneOffset.UTC))
                .update();
    }

    @Override
    public Set<UUID> of(String federation) {
        return jdbc.sql("select id from unattested_device where federation = ?")
                .param(federation)
                .query((row, _) -> row.getObject("id", UUID.class))
                .set();
    }
}
