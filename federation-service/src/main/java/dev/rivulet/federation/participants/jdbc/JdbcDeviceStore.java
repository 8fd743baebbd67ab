// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants.jdbc;

import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.DeviceStore;
import dev.rivulet.federation.participants.Participants.OptingOut;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Two tables. */
@Repository
class JdbcDeviceStore implements DeviceStore {

    private final JdbcClient jdbc;
    private final ApplicationEventPublisher events;

    JdbcDeviceStore(JdbcClient jdbc, ApplicationEventPublisher events) {
        this.events = events;
        this.jdbc = jdbc;
    }

    @Override
    public Optional<Device> find(UUID id) {
        return jdbc.sql("select id, federation, public_key, participating from device where id = ?")
                .param(id)
                .query((row, _) -> device(row))
                .optional();
    }

    @Override
    @Transactional
    public Optional<Device> enrol(String token, UUID fresh, String publicKey, String label, Instant now) {
        Optional<String> federation = jdbc.sql(
                        "select federation from enrolment_token where sha256 = ? and expires_at > ? for update")
                .params(token, now.atOffset(ZoneOffset.UTC))
                .query(String.class)
                .optional();
        if (federation.isEmpty()) {
            return Optional.empty();
        }
        Optional<Device> known = jdbc.sql(
                        "select id, federation, public_key, participating from device where public_key = ?")
                .param(HexFormat.of().parseHex(publicKey))
                .query((row, _) -> device(row))
                .optional();
        if (known.isPresent()) {
            return known.filter(device -> device.federation().equals(federation.get()));
        }
        int used = jdbc.sql("update enrolment_token set uses_left = uses_left - 1 where sha256 = ? and uses_left > 0")
                .param(token)
                .update();
        return used == 0 ? Optional.empty() : Optional.of(insert(federation.get(), fresh, publicKey, label, now));
    }

    @Override
    public Optional<String> federation(String token, Instant now) {
        return jdbc.sql("select federation from enrolment_token where sha256 = ? and expires_at > ?")
                .params(token, now.atOffset(ZoneOffset.UTC))
                .query(String.class)
                .optional();
    }

    @Override
    public boolean changeKey(UUID id, String oldKey, String newKey) {
        try {
            return jdbc.sql("update device set public_key = ? where id = ? and public_key in (?, ?)")
                            .params(
                                    HexFormat.of().parseHex(newKey),
                                    id,
                                    HexFormat.of().parseHex(oldKey),
                                    HexFormat.of().parseHex(newKey))
                            .update()
                    == 1;
        } catch (DuplicateKeyException e) {
            return false;
        }
    }

    private Device insert(String federation, UUID fresh, String publicKey, String label, Instant now) {
        jdbc.sql("insert into device (id, federation, public_key, label, participating, enrolled_at)"
                        + " values (?, ?, ?, ?, true, ?)")
                .params(fresh, federation, HexFormat.of().parseHex(publicKey), label, now.atOffset(ZoneOffset.UTC))
                .update();
        return new Device(fresh, federation, publicKey, true);
    }

    @Override
    public List<Device> all(String federation, int most) {
        return jdbc.sql("select id, federation, public_key, participating from device where federation = ?"
                        + " order by enrolled_at, id limit ?")
                .params(federation, most)
                .query((row, _) -> device(row))
                .list();
    }

    @Override
    @Transactional
    public void consent(UUID id, boolean participating) {
        Optional<String> changed = jdbc.sql(
                        "update device set participating = ? where id = ? and participating <> ? returning federation")
                .params(participating, id, participating)
                .query(String.class)
                .optional();
        if (!participating) {
            changed.ifPresent(federation -> events.publishEvent(new OptingOut(federation, id)));
        }
    }

    @Override
    public boolean addToken(String federation, String token, int uses, Instant expires) {
        return jdbc.sql("insert into enrolment_token (sha256, federation, uses_left, expires_at)"
                                + " select ?, name, ?, ? from federation where name = ?")
                        .params(token, uses, expires.atOffset(ZoneOffset.UTC), federation)
                        .update()
                == 1;
    }

    private static Device device(ResultSet row) throws SQLException {
        return new Device(
                row.getObject("id", UUID.class),
                row.getString("federation"),
                HexFormat.of().formatHex(row.getBytes("public_key")),
                row.getBoolean("participating"));
    }
}
