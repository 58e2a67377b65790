"""Monitors crawls: measures compared with earlier crawls, alarms, and notifications."""
