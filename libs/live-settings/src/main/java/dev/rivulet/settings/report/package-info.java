// SPDX-License-Identifier: Apache-2.0
/** What an instance of a service has applied of what config-server published: said over the bus after every refresh. */
@NullMarked
package dev.rivulet.settings.report;

import org.jspecify.annotations.NullMarked;
