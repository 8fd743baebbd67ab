// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.notices;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Publishes notices, not kept by the broker: each is a hint of that moment. Used by one thread. */
public final class NoticePublisher implements AutoCloseable {

    private final MqttClient client;
    private final String prefix;

    private NoticePublisher(MqttClient client, String prefix) {
        this.client = client;
        this.prefix = prefix;
    }

    /**
     * Connects.
     *
     * @throws IOException if the broker can't be reached or refuses
     */
    public static NoticePublisher connected(BrokerAccess access, String prefix) throws IOException {
        return new NoticePublisher(client(access), prefix);
    }

    static MqttClient client(BrokerAccess access) throws IOException {
        try {
            MqttClient client =
                    new MqttClient(access.address().toString(), MqttClient.generateClientId(), new MemoryPersistence());
            client.setTimeToWait(access.answer().toMillis());
            client.connect(access.options());
            return client;
        } catch (MqttException | GeneralSecurityException e) {
            throw new IOException("the broker at " + access.address() + " does not take this client: " + e, e);
        }
    }

    /**
     * Publishes a notice.
     *
     * @throws IOException if the broker is away; the connection comes back by itself
     */
    public void publish(WorkNotice notice) throws IOException {
        try {
            client.publish(WorkNotice.topic(prefix, notice.federation()), notice.payload(), 0, false);
        } catch (MqttException e) {
            throw new IOException("the broker is away: " + e, e);
        }
    }

    @Override
    public void close() {
        NoticeListener.close(client);
    }
}
