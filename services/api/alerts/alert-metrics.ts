import { ALERT_CODES, type Alert } from '@vms/common/alert.ts';
import type { Metrics } from '@vms/telemetry/metrics.ts';

export type AlertMetrics = ReturnType<typeof createAlertMetrics>;

/** @param open gives the alerts that are open now. */
export function createAlertMetrics(metrics: Metrics, open: () => readonly Alert[]) {
  metrics.gauge('vms_api_alerts_open', 'Alerts that are open', ['code'], (gauge) => {
    const alerts = open();
    for (const code of ALERT_CODES) {
      gauge.set({ code }, alerts.filter((alert) => alert.code === code).length);
    }
  });
  return {
    /** `result`: delivered, failed (tried again), given-up, expired. */
    deliveries: metrics.counter(
      'vms_api_alert_deliveries_total',
      'Attempts to deliver messages of alerts, by what became of them',
      ['channel', 'result'],
    ),
  };
}
