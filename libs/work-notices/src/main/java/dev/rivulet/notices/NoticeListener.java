// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.notices;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallbackExtended;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.jspecify.annotations.Nullable;

/**
 * A device that sleeps until its federation looks for devices, instead of asking again and again:
 *
 * <pre>{@code
 * while (true) {
 *     listener.await(Duration.ofMinutes(10));   // a notice, or it is time to ask all the same
 *     device.takePart(Duration.ofSeconds(25));
 * }
 * }</pre>
 */
public final class NoticeListener implements AutoCloseable {

    private final MqttClient client;
    private final Semaphore heard = new Semaphore(0);

    private NoticeListener(MqttClient client) {
        this.client = client;
    }

    /**
     * Connects and subscribes.
     *
     * @throws IOException if the broker can't be reached or refuses
     */
    public static NoticeListener connected(BrokerAccess access, String prefix, String federation) throws IOException {
        MqttClient client = NoticePublisher.client(access);
        NoticeListener listener = new NoticeListener(client);
        String topic = WorkNotice.topic(prefix, federation);
        try {
            client.setCallback(listener.new Hearing(topic, federation));
            client.subscribe(topic, 0);
            return listener;
        } catch (MqttException e) {
            close(client);
            throw new IOException("the broker at " + access.address() + " does not let this client hear " + topic, e);
        }
    }

    /**
     * Waits for a notice that came since the last wait; many are one.
     *
     * @return false if none came in that time
     */
    public boolean await(Duration most) throws InterruptedException {
        boolean came = heard.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
        heard.drainPermits();
        return came;
    }

    private final class Hearing implements MqttCallbackExtended {

        private final String topic;
        private final String federation;

        Hearing(String topic, String federation) {
            this.topic = topic;
            this.federation = federation;
        }

        @Override
        public void messageArrived(String at, MqttMessage message) {
            if (heard.availablePermits() == 0
                    && WorkNotice.of(federation, message.getPayload()).isPresent()) {
                heard.release();
            }
        }

        /** After a connection was lost: a notice may have been missed, so that it is time to ask. */
        @Override
        public void connectComplete(boolean again, String address) {
            if (again) {
                try {
                    client.subscribe(topic, 0);
                } catch (MqttException e) {
                    // The connection was lost once more; it comes back, and this is called again.
                }
                heard.release();
            }
        }

        @Override
        public void connectionLost(@Nullable Throwable cause) {}

        @Override
        public void deliveryComplete(@Nullable IMqttDeliveryToken token) {}
    }

    @Override
    public void close() {
        close(client);
    }

    static void close(MqttClient client) {
        try {
            client.disconnectForcibly(0, 1000);
            client.close(true);
        } catch (MqttException e) {
            // Its socket is closed all the same.
        }
    }
}
